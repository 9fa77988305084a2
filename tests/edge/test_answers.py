"""What the edge answers, and what it keeps, request by request; without a socket."""

import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.measure.policy import MeasurePlan, plan
from siegelpost.measure.services import register_targets
from siegelpost.measure.spool import Hit
from siegelpost.measure.targets import Targets
from siegelpost.measure.uniques import Uniques
from siegelpost.public.edge import PIXEL_GIF, Edge, NoNames, address_of
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number

BASE = "http://localhost:8001"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
URL = "https://example.com/offer?a=1"


@dataclass
class Kept:
    """A spool that keeps lines in a list."""

    hits: list[Hit] = field(default_factory=list)

    def write(self, hit: Hit, now: float) -> None:
        self.hits.append(hit)

    def turn(self, now: float) -> None:
        """No hour ever ends."""

    def close(self) -> None:
        """Nothing to do."""


@dataclass
class Bench:
    """An edge and everything around it."""

    tenant: TenantDB
    targets: Targets
    edge: Edge
    kept: Kept
    uniques: Uniques
    plan: MeasurePlan
    time: list[float]
    opened: list[int]

    def ask(self, path: str, method: str = "GET", **more: str) -> tuple[str, dict[str, str], bytes]:
        seen: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            seen.update(status=status, headers=dict(headers))
            return lambda _bytes: None

        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": FIREFOX} | more
        body = b"".join(self.edge(environ, start))
        return seen["status"], seen["headers"], body

    def people(self) -> dict[int, int]:
        return {position: people for (_tenant, _variant, position), people in self.uniques.news()}


def django(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/breaks":
        raise ValueError("ann@example.org")
    start("200 OK", [])
    return [b"django"]


@pytest.fixture
def bench(alpha: TenantDB) -> Bench:
    made = replace(plan(alpha, 3, {17: [URL, "https://münchen.example/ü"]}, public_url=BASE, mode="anonymous"), people=True)
    register_targets(alpha, made, actor=Actor.operator(), now=clock.now())
    time, opened, kept, uniques = [1000.0], [], Kept(), Uniques(lambda size: b"s" * size)

    def opener(number: int) -> TenantDB:
        opened.append(number)
        return open_by_number(number)

    targets = Targets(opener, lambda: time[0])
    targets.load([alpha])
    return Bench(alpha, targets, Edge(targets, kept, uniques, django, lambda: 0.0), kept, uniques, made, time, opened)


def path_of(url: str) -> str:
    return url.removeprefix(BASE)


def pixel(bench: Bench) -> str:
    return path_of(bench.plan.variants[17].pixel)


def click(bench: Bench, place: int = 1) -> str:
    return path_of(bench.plan.variants[17].links[place - 1][1])


def test_the_pixel_is_a_gif_of_43_bytes_that_nobody_keeps(bench: Bench) -> None:
    status, headers, body = bench.ask(pixel(bench))
    assert (status, body, len(body)) == ("200 OK", PIXEL_GIF, 43)
    assert (headers["Content-Type"], headers["Content-Length"], headers["Cache-Control"]) == ("image/gif", "43", "no-store")
    assert "Set-Cookie" not in headers
    assert bench.kept.hits == [Hit(bench.tenant.number, 17, 0)]


def test_a_click_leads_on_and_is_kept_without_the_person(bench: Bench) -> None:
    status, headers, body = bench.ask(click(bench))
    assert (status, headers["Location"], body) == ("302 Found", URL, b"")
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    assert bench.kept.hits == [Hit(bench.tenant.number, 17, 1)]


def test_a_location_is_ascii(bench: Bench) -> None:
    assert bench.ask(click(bench, 2))[1]["Location"] == "https://xn--mnchen-3ya.example/%C3%BC"


def test_the_same_agent_at_the_same_address_is_one_person(bench: Bench) -> None:
    for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
        bench.ask(click(bench), REMOTE_ADDR=address)
    assert bench.people() == {1: 2, -1: 2}
    assert len(bench.kept.hits) == 3


@pytest.mark.parametrize("method", ["HEAD"])
def test_head_is_answered_and_not_counted(bench: Bench, method: str) -> None:
    assert bench.ask(pixel(bench), method)[::2] == ("200 OK", b"")
    assert bench.ask(click(bench), method)[0] == "302 Found"
    assert bench.kept.hits == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(bench: Bench, method: str) -> None:
    status, headers, _body = bench.ask(click(bench), method)
    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")
    assert bench.kept.hits == []


@pytest.mark.parametrize(
    "says", [{"HTTP_USER_AGENT": "BarracudaCentral/1.0"}, {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_USER_AGENT": "Mozilla/5.0"}]
)
def test_a_machine_is_answered_and_is_no_person(bench: Bench, says: dict[str, str]) -> None:
    assert bench.ask(click(bench), **says)[0] == "302 Found"
    assert [hit.kind.machine for hit in bench.kept.hits] == ["other"]  # which kind is said once 20 of it came
    assert bench.people() == {}


def test_people_are_put_into_a_sketch_only_where_the_tenant_wants_that(bench: Bench) -> None:
    register_targets(bench.tenant, replace(bench.plan, people=False), actor=Actor.operator(), now=clock.now())
    bench.targets.load([bench.tenant])
    bench.ask(click(bench))
    assert (len(bench.kept.hits), bench.people()) == (1, {})


def forged(bench: Bench) -> list[str]:
    number, keys = bench.tenant.number, bench.tenant.keys
    good = click(bench).removeprefix("/c/")
    foreign = b"f" * 32
    return [
        "",
        "x",
        good[:-1],
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good + "A",
        good + "/",
        good + ".gif",
        "A" * 5000,
        "ü",
        "../../c/" + good,
        make_token("c", number, (17, 1), foreign),
        make_token("o", number, (17, 1), keys.tokens),
        make_token("u", number, (17, 1), keys.tokens),
        make_token("c", 4_000_000, (17, 1), keys.tokens),
        make_token("c", number, (17,), keys.tokens),
        make_token("c", number, (17, 1, 1), keys.tokens),
        make_token("c", number, (17, 1), keys.tokens, extra=b"x"),
        make_token("c", number, (17, 1), keys.tokens, key_number=1),
        make_token("c", number, (17, 0), keys.tokens),
        make_token("c", number, (17, 3), keys.tokens),
        make_token("c", number, (18, 1), keys.tokens),
    ]


def test_whatever_we_did_not_make_for_a_click_leads_nowhere(bench: Bench) -> None:
    for token in forged(bench):
        status, headers, _body = bench.ask(f"/c/{token}")
        assert status == "404 Not Found", token
        assert "Location" not in headers
    assert bench.kept.hits == []


def test_whatever_we_did_not_make_for_a_pixel_is_no_pixel(bench: Bench) -> None:
    number, keys = bench.tenant.number, bench.tenant.keys
    for token in (*forged(bench), make_token("o", number, (17, 0), keys.tokens), make_token("o", number, (18,), keys.tokens)):
        assert bench.ask(f"/o/{token}.gif")[0] == "404 Not Found", token
    assert bench.kept.hits == []


def test_a_parameter_leads_nowhere_else(bench: Bench) -> None:
    assert bench.ask(click(bench), QUERY_STRING="url=https://evil.example/")[1]["Location"] == URL


def test_a_target_of_a_new_mailing_is_found_without_a_restart(bench: Bench) -> None:
    made = plan(bench.tenant, 4, {18: ["https://example.com/new"]}, public_url=BASE, mode="anonymous")
    path = path_of(made.variants[18].links[0][1])
    assert bench.ask(path)[0] == "404 Not Found"
    register_targets(bench.tenant, made, actor=Actor.operator(), now=clock.now())
    assert bench.ask(path)[0] == "404 Not Found"  # looked a moment ago
    bench.time[0] += 1
    assert bench.ask(path)[1]["Location"] == "https://example.com/new"
    assert bench.opened == [bench.tenant.number] * 2


def test_strangers_cannot_make_the_edge_read_databases_all_the_time(bench: Bench) -> None:
    for number in range(50, 150):
        bench.ask(f"/c/{make_token('c', number, (17, 1), b'f' * 32)}")
    assert len(bench.opened) == 1


def test_a_full_disk_does_not_stand_in_the_way_of_a_reader(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    class Full:
        def write(self, hit: Hit, now: float) -> None:
            raise OSError(28, "No space left on device")

        def turn(self, now: float) -> None:
            """No hour ever ends."""

        def close(self) -> None:
            """Nothing to do."""

    edge = Edge(bench.targets, Full(), bench.uniques, django, lambda: 0.0)
    assert Bench(bench.tenant, bench.targets, edge, bench.kept, bench.uniques, bench.plan, [0.0], []).ask(click(bench))[0] == "302 Found"


def test_everything_else_is_django(bench: Bench) -> None:
    assert bench.ask("/u/token")[2] == b"django"
    assert bench.ask("/oo")[2] == b"django"


def test_a_fault_is_logged_without_its_text(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.ask("/breaks")[0] == "500 Internal Server Error"
    said = "".join(capsys.readouterr())
    assert "ann@example.org" not in said
    assert "/breaks" not in said


@pytest.mark.parametrize(
    "peer, said, address",
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed(peer: str, said: str, address: str) -> None:
    assert address_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": said}) == address


def test_the_framework_logs_that_something_failed_and_not_for_whom() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NoNames())
    logger = logging.getLogger("django.request.test")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        raise ValueError("ann@example.org")
    except ValueError:
        logger.exception("Internal Server Error: %s", "/u/TOKEN", extra={"status_code": 500})
    logger.error("Bad Gateway: %s", "/u/TOKEN", extra={"status_code": 502})
    said = stream.getvalue()
    assert said == f"request failed: ValueError {said.split()[3]}\nrequest failed: 502\n"
    assert "TOKEN" not in said
    assert "ann@example.org" not in said


def test_only_the_framework_is_silenced() -> None:
    record = logging.LogRecord("siegelpost", logging.ERROR, "", 0, "kept %s", ("as it is",), None)
    assert NoNames().filter(record)
    assert record.getMessage() == "kept as it is"

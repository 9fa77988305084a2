"""`/c/TOKEN` and `/o/TOKEN.gif` that we did not make: one answer in four parts, and nothing is counted, opened or led anywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.measure.policy import plan
from siegelpost.measure.services import register_targets
from siegelpost.measure.spool import Hit
from siegelpost.measure.targets import Targets
from siegelpost.measure.uniques import Uniques
from siegelpost.public.edge import Edge
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number

BASE = "http://localhost:8001"
VARIANT = 17


@dataclass
class Counting:
    """The edge in front of the real pages, with a spool that keeps its lines in a list."""

    tenant: TenantDB
    hits: list[Hit] = field(default_factory=list)

    def __post_init__(self) -> None:
        made = plan(self.tenant, 3, {VARIANT: ["https://example.com/offer"]}, public_url=BASE, mode="anonymous")
        register_targets(self.tenant, made, actor=Actor.operator(), now=clock.now())
        targets = Targets(open_by_number, lambda: 1000.0)
        targets.load([self.tenant])
        self._edge = Edge(targets, self, Uniques(lambda size: b"s" * size), get_wsgi_application(), lambda: 0.0)
        self.click = made.variants[VARIANT].links[0][1].removeprefix(f"{BASE}/c/")
        self.pixel = made.variants[VARIANT].pixel.removeprefix(f"{BASE}/o/").removesuffix(".gif")

    def write(self, hit: Hit, now: float) -> None:
        self.hits.append(hit)

    def turn(self, now: float) -> None:
        """No hour ever ends."""

    def close(self) -> None:
        """Nothing to do."""

    def ask(self, path: str, method: str = "GET", language: str = "en") -> tuple[str, dict[str, str], str]:
        seen: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            seen.update(status=status, headers=dict(headers))
            return lambda _bytes: None

        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "REMOTE_ADDR": "192.0.2.7", "HTTP_ACCEPT_LANGUAGE": language}
        body = b"".join(self._edge(environ, start))
        return seen["status"], seen["headers"], body.decode(errors="replace")


@pytest.fixture
def edge(alpha: TenantDB, beta: TenantDB) -> Counting:
    return Counting(alpha)


def forgeries(edge: Counting, beta: TenantDB, purpose: str) -> list[str]:
    genuine = edge.click if purpose == "c" else edge.pixel
    number, keys, numbers = edge.tenant.number, edge.tenant.keys.tokens, (VARIANT, 1)[: 2 if purpose == "c" else 1]
    return [
        *(genuine[:length] for length in range(len(genuine))),
        genuine[:-1] + ("A" if genuine[-1] != "A" else "B"),
        genuine.swapcase(),
        genuine + "A",
        make_token("u", number, numbers, keys),
        make_token(purpose, beta.number, numbers, keys),
        make_token(purpose, number, numbers, beta.keys.tokens),
        make_token(purpose, beta.number, numbers, beta.keys.tokens),
        make_token(purpose, 4_711, numbers, keys),
        make_token(purpose, number, (VARIANT, 1, 1), keys),
        "../../etc/passwd",
        "a\r\nSet-Cookie: a=b",
        "\x00",
        "A" * 10_000,
    ]


@pytest.mark.parametrize("path", ["/c/{}", "/o/{}.gif"])
def test_a_token_that_is_not_ours_leads_nowhere_and_is_said_in_four_parts(
    edge: Counting, beta: TenantDB, rows: Callable[[], str], path: str
) -> None:
    before = rows()
    for token in forgeries(edge, beta, path[1]):
        status, headers, body = edge.ask(path.format(token))
        assert status == "404 Not Found", token
        assert body == (
            "sign.token_forged: This link is not valid. "
            "Use the link exactly as it stands in the message; mail programs sometimes break long lines. Nothing was changed.\n"
        )
        assert headers["Content-Type"] == "text/plain; charset=utf-8"
        assert not {"Location", "Set-Cookie"} & set(headers)
    assert edge.hits == []
    assert rows() == before


def test_the_answer_speaks_the_readers_language(edge: Counting) -> None:
    _status, headers, body = edge.ask("/c/forged", language="de-AT,en;q=0.5")
    assert headers["Content-Language"] == "de"
    assert "Dieser Link ist nicht gültig." in body and "Es wurde nichts geändert." in body


def test_other_ways_to_ask_are_refused_in_our_form_and_not_counted(edge: Counting) -> None:
    for path in (f"/c/{edge.click}", f"/o/{edge.pixel}.gif", "/c/forged"):
        status, headers, body = edge.ask(path, "POST")
        assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")
        assert body.startswith("public.method_wrong: ")
    assert edge.hits == []


def test_the_genuine_ones_still_work(edge: Counting) -> None:
    assert edge.ask(f"/c/{edge.click}")[1]["Location"] == "https://example.com/offer"
    assert edge.ask(f"/o/{edge.pixel}.gif")[0] == "200 OK"
    assert len(edge.hits) == 2

"""The public server on the wire: answers, silence, and how it ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Delivery
from siegelpost.measure.aggregate import aggregate
from siegelpost.measure.models import Counter, Unique
from siegelpost.measure.policy import plan
from siegelpost.measure.services import register_targets
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_by_number
from tests.edge.live import Live, listens, live, wait_until
from tests.environments import as_production
from tests.measure.reported import delivered_to
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.procfs import children_of, is_gone, open_files

pytestmark = pytest.mark.wire

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
URL = "https://example.com/offer"


@pytest.fixture
def paths(alpha: TenantDB) -> tuple[str, str]:
    """Pixel and link of a launched mailing."""
    made = replace(plan(alpha, 3, {17: [URL]}, public_url="http://localhost:8001", mode="anonymous"), people=True)
    delivered_to(alpha, 3, 17, 100)
    register_targets(alpha, made, actor=Actor.operator(), now=clock.now())
    alpha.close()
    targets = made.variants[17]
    return urlsplit(targets.pixel).path, urlsplit(targets.links[0][1]).path


@pytest.fixture
def hourly(paths: tuple[str, str], tmp_path: Path) -> Iterator[Live]:
    """As in production: what was counted waits for the full hour."""
    with as_production(), live(tmp_path, SIEGELPOST_ENVIRONMENT="production") as running:
        yield running


@pytest.fixture
def server(paths: tuple[str, str], tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path) as running:
        yield running


def test_opens_and_clicks_reach_the_counters_and_no_log(server: Live, alpha: TenantDB, paths: tuple[str, str]) -> None:
    pixel, click = paths
    for number in range(3):
        for path in paths:
            answer = server.ask(path, headers={"User-Agent": PHONE, "X-Forwarded-For": f"192.0.2.{number}", "Cookie": "a=b"})
            assert answer.status == (200 if path == pixel else 302)
            assert answer.header("Set-Cookie") is None
            assert answer.header("Cache-Control") == "no-store"
    assert server.ask(pixel, "HEAD").status == 200
    assert server.ask(click + "A").status == 404
    assert server.ask("/nothing?ann@example.org").status == 404

    def added_up() -> bool:
        aggregate(home().root, open_by_number, now=clock.now(), at_once=True)
        return sum(alpha.objects(Counter).values_list("n", flat=True)) == 6

    assert wait_until(added_up)
    people = {row.position: row.estimate for row in alpha.objects(Unique)}
    assert people == {0: 3, 1: 3, -1: 3}
    said = server.log.read_text()
    for secret in (pixel[3:-4], click[3:], "192.0.2", "iPhone", "ann@example.org", "/o/", "/c/", "127.0.0.1"):
        assert secret not in said


def test_no_answer_tells_a_version(server: Live, paths: tuple[str, str]) -> None:
    for path in (*paths, "/nothing", "/u/x"):
        for _name, value in server.ask(path).headers:
            assert not re.search(r"(uvicorn|httptools|django|python|wsgi)[/ ]?\d", value, re.IGNORECASE)


def test_one_process_counts(server: Live) -> None:
    assert children_of(server.process.pid) == []


def best_of_three(folder: Path, end: Callable[[Live], None]) -> float:
    """End a server as `end` does, and return after how many seconds nobody listens; the machine does other things too."""
    took: list[float] = []
    for number in range(3):
        (folder / str(number)).mkdir()
        with live(folder / str(number)) as server:
            began = time.monotonic()
            end(server)
            assert wait_until(lambda: not listens(server.port))
            assert wait_until(lambda: server.process.poll() is not None)
            took.append(time.monotonic() - began)
        if took[-1] < 2:
            break
    return min(took)


@pytest.mark.usefixtures("paths")
def test_sigterm_ends_everything_soon_and_well(tmp_path: Path) -> None:
    def terminate(server: Live) -> None:
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0

    assert best_of_three(tmp_path, terminate) < 5


def test_what_was_counted_survives_sigterm(hourly: Live, alpha: TenantDB, paths: tuple[str, str]) -> None:
    hourly.ask(paths[0], headers={"User-Agent": PHONE})
    hourly.process.terminate()
    hourly.process.wait(PATIENCE)
    aggregate(home().root, open_by_number, now=clock.now(), at_once=True)
    assert alpha.objects(Counter).get().n == 1
    assert alpha.objects(Unique).get().estimate == 1


def test_nothing_lies_on_the_disk_before_twenty_people_have_the_mail(server: Live, alpha: TenantDB, paths: tuple[str, str]) -> None:
    with alpha.atomic():
        late = list(alpha.objects(Delivery).filter(mailing_id=3).order_by("pk").values_list("pk", flat=True))[19:]
        alpha.objects(Delivery).filter(pk__in=late).update(state="due")
    alpha.close()
    for path in paths:
        assert server.ask(path, headers={"User-Agent": PHONE}).status in (200, 302)
    assert list((home().root / "spool").glob("*.spool")) == [] and alpha.objects(Counter).count() == 0
    with alpha.atomic():
        alpha.objects(Delivery).filter(pk=late[0]).update(state="sent")
    alpha.close()

    def added_up() -> bool:
        aggregate(home().root, open_by_number, now=clock.now(), at_once=True)
        return sum(alpha.objects(Counter).values_list("n", flat=True)) == 2

    assert wait_until(added_up)


@pytest.mark.usefixtures("paths")
def test_an_edge_that_died_is_started_again_and_ends_with_its_parent(tmp_path: Path) -> None:
    port = free_port()
    words = [sys.executable, "-m", "siegelpost.cli", "edge", "--port", str(port)]
    with (tmp_path / "edge.log").open("wb") as log, subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT) as parent:
        try:
            assert wait_until(lambda: listens(port)), (tmp_path / "edge.log").read_text()
            [first] = children_of(parent.pid)
            os.kill(first, signal.SIGKILL)
            assert wait_until(lambda: children_of(parent.pid) not in ([], [first]) and listens(port))
            [second] = children_of(parent.pid)
        finally:
            parent.kill()
        assert wait_until(lambda: is_gone(second) and not listens(port))


def test_a_taken_port_is_refused_and_not_shared(server: Live) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "siegelpost.public.server", "127.0.0.1", str(server.port)], capture_output=True, text=True, timeout=PATIENCE
    )
    assert second.returncode == 4
    assert "serve.port_taken" in second.stderr


def open_databases(server: Live, part: str = "/tenants/") -> list[str]:
    """The database files with `part` in their path that the server holds open now."""
    return [name for name in open_files(server.process.pid) if part in name]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_gives_its_database_connections_back(server: Live, alpha: TenantDB, method: str) -> None:
    for number in range(8):
        assert server.ask(f"/f/alpha/form-{number}", method).status == 404
    assert wait_until(lambda: not open_databases(server)), open_databases(server)


def test_looking_for_a_new_tenant_keeps_no_connection_to_the_registry(server: Live) -> None:
    assert server.ask(f"/o/{make_token('o', 99, (1,), bytes(32))}.gif").status == 404
    assert wait_until(lambda: not open_databases(server, "/control.sqlite3")), open_databases(server, "/control.sqlite3")

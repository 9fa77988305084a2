"""The staff's server keeps its connections, few of them, and does not trust them blindly."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from siegelpost.tenancy.connections import KEPT_TENANTS
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import DATA_FILE
from siegelpost.workbench.surfing import Surfer, log_in
from tests.delivery.support import a_list
from tests.edge.live import wait_until
from tests.procfs import is_gone, open_files
from tests.web.browser import Site
from tests.web.visiting import colleague

THREADS = 8
STORES = ("alpha", "beta")


def backends(server: int) -> dict[str, set[int]]:
    """Database -> the server processes of PostgreSQL that serve connections of the process group of `server`."""
    ports = "SELECT datname, pid, client_port FROM pg_stat_activity WHERE application_name = 'siegelpost' AND pid <> pg_backend_pid()"
    with connections["default"].cursor() as cursor:
        cursor.execute(ports)
        rows = cursor.fetchall()
    ours = _ports_of(server)
    found: dict[str, set[int]] = {}
    for database, pid, port in rows:
        if port in ours:
            found.setdefault(str(database), set()).add(int(pid))
    return found


def _held(server: int) -> list[str]:
    """What the descriptors of the server lead to."""
    return open_files(server)


def _ports_of(server: int) -> set[int]:
    """Local TCP ports that the server holds open."""
    held = set(_held(server))
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {int(line[1].rpartition(":")[2], 16) for line in lines if f"socket:[{line[9]}]" in held}


@pytest.fixture
def surfer(site: Site, alpha: TenantDB, beta: TenantDB) -> Iterator[Surfer]:
    colleague(None, "operator", "operator@staff.example")
    found = Surfer("localhost", site.port)
    log_in(found, site.link("operator@staff.example"))
    yield found
    found.close()


def visit(surfer: Surfer, slug: str, times: int = 1) -> None:
    """Look at the lists of a tenant."""
    for _time in range(times):
        assert surfer.get(f"/t/{slug}/lists").status == 200


@pytest.mark.postgresql
def test_pages_share_connections_and_each_thread_keeps_few(surfer: Surfer, site: Site) -> None:
    for _round in range(3 * THREADS):
        for slug in STORES:
            visit(surfer, slug)
    first = backends(site.pid)
    assert sorted(name.rpartition("_")[2] for name in first if name.endswith(STORES)) == ["alpha", "beta"]
    assert sum(map(len, first.values())) <= THREADS * (1 + KEPT_TENANTS)
    for slug in STORES:
        visit(surfer, slug, THREADS)
    again = backends(site.pid)
    assert {name: pids & again.get(name, set()) for name, pids in first.items()} == first, "nobody hung up in between"


@pytest.mark.postgresql
def test_a_connection_that_died_is_noticed_before_it_is_used(surfer: Surfer, site: Site) -> None:
    visit(surfer, "alpha", 2 * THREADS)
    dead = [pid for pids in backends(site.pid).values() for pid in pids]
    assert dead
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [dead])
    assert wait_until(lambda: all(is_gone(pid) for pid in dead))
    visit(surfer, "alpha", 2 * THREADS)
    assert not {pid for pids in backends(site.pid).values() for pid in pids} & set(dead)


def files(server: int) -> Counter[str]:
    """How often the server has the database file of each tenant open."""
    return Counter(Path(path).parent.name for path in _held(server) if Path(path).name == DATA_FILE)


@pytest.mark.sqlite
@pytest.mark.wire
def test_files_stay_open_between_pages_and_each_thread_keeps_few(surfer: Surfer, site: Site) -> None:
    for _round in range(3 * THREADS):
        for slug in STORES:
            visit(surfer, slug)
    found = files(site.pid)
    assert set(found) == set(STORES)
    assert sum(found.values()) <= THREADS * KEPT_TENANTS


@pytest.mark.sqlite
@pytest.mark.wire
@pytest.mark.parametrize("put_back", [True, False], ids=["another file in its place", "no file in its place"])
def test_a_file_that_is_not_that_of_the_name_any_more_is_left_at_once(
    surfer: Surfer, site: Site, alpha: TenantDB, tmp_path: Path, put_back: bool
) -> None:
    a_list(alpha, "As it was")
    visit(surfer, "alpha", 3 * THREADS)
    assert files(site.pid)["alpha"]
    alpha.close()
    place, other = home().tenant("alpha") / DATA_FILE, tmp_path / "other"
    with closing(sqlite3.connect(place)) as old, closing(sqlite3.connect(other)) as new:
        old.backup(new)
        new.execute("UPDATE audience_list SET name = 'As it is'")
        new.commit()
    for rest in (place, *place.parent.glob(f"{DATA_FILE}-*")):
        rest.rename(tmp_path / rest.name)
    try:
        if put_back:
            shutil.copy(other, place)
        pages = [surfer.get("/t/alpha/lists") for _time in range(3 * THREADS)]
        assert {page.status for page in pages} == {200 if put_back else 500}
        assert not any("As it was" in page.text for page in pages)
        assert not put_back or all("As it is" in page.text for page in pages)
    finally:
        if not put_back:
            (tmp_path / DATA_FILE).rename(place)

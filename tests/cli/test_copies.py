"""What ordinary programs copy (`tar --exclude-caches`, `pg_dump`) holds no key of a day: nobody reads its access log, its proofs hold."""

import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from siegelpost.base import clock
from siegelpost.sign.keys import OperatorKeys, TenantKeys, unwrap
from tests.cli.shell import Shell
from tests.postgres import find_binaries, postgres_cluster, postgres_missing

pytestmark = [pytest.mark.wire, pytest.mark.slow]

Rows = list[tuple[Any, ...]]
KEYS = "SELECT log, wrapped FROM day_key"
ROOTS = "SELECT slug, wrapped_key FROM tenancy_tenant UNION ALL SELECT 'operator', wrapped_key FROM tenancy_installation"
LISTED = ("list", "list", "own")


def written(kept: Rows, roots: Rows, home: Path) -> list[bytes]:
    """Each key of a day in all the ways in which a file could hold it: itself, locked, and both as a dump writes bytes."""
    master = bytes.fromhex((home / "keys" / "master").read_text().split()[0])  # the word behind it says which environment
    locks: dict[str, bytes] = {}
    for slug, wrapped in roots:
        root = unwrap(master, bytes(wrapped))
        locks[slug] = (OperatorKeys(root) if slug == "operator" else TenantKeys(root)).wrapping
    found = [key for log, wrapped in kept for key in (bytes(wrapped), unwrap(locks[log], bytes(wrapped)))]
    assert {log for log, _wrapped in kept} >= {"operator", "own"}
    return [form for key in found for form in (key, key.hex().encode())]


def rows(path: Path, statement: str) -> Rows:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def log_of(shell: Shell, slug: str) -> tuple[dict[str, Any], str]:
    """What `log access` says of yesterday and today, and the file that it writes."""
    today, file = clock.now().date(), shell.home.parent / "access.csv"
    days = ("--from", str(today - timedelta(days=1)), "--to", str(today))
    said: dict[str, Any] = shell.json("log", "access", slug, *days, "--csv", file)
    return said, file.read_text(encoding="utf-8")


def proved(shell: Shell, slug: str) -> None:
    """The log of the copy is whole, and goes on from the checkpoint of the original."""
    shell.json("evidence", "export", slug, shell.home.parent / "log")
    found = shell("evidence", "verify", shell.home.parent / "log", "--json")
    assert (found.code, found.document["faults"]) == (0, []), found


def test_a_home_folder_copied_without_caches_tells_nobody_who_was_where(shell: Shell, tmp_path: Path) -> None:
    shell.json(*LISTED)
    shell.json("evidence", "checkpoint", "own")
    keys = written(rows(shell.home / "access-keys" / "keys.sqlite3", KEYS), rows(shell.home / "control.sqlite3", ROOTS), shell.home)
    before = log_of(shell, "own")[1].count("list list")
    place, archive = tmp_path / "elsewhere", tmp_path / "home.tar"
    place.mkdir()
    subprocess.run(["tar", "--exclude-caches", "-C", shell.home.parent, "-cf", archive, "home"], check=True)
    subprocess.run(["tar", "-C", place, "-xf", archive], check=True)
    assert not [key for key in keys if key in archive.read_bytes()]
    assert [one.name for one in (place / "home" / "access-keys").iterdir()] == ["CACHEDIR.TAG"]
    copy = Shell(place / "home")
    assert [said.code for said in copy.all([LISTED, LISTED])] == [0, 0]  # both are the first of the day, and make its key
    for slug in ("own", "operator"):
        said, file = log_of(copy, slug)
        lines = file.splitlines()[1:]
        assert said["lines"] == len(lines) and said["unreadable"] == file.count("unreadable") > 0
        assert file.count("list list") == (2 if slug == "own" else 0) and before >= 1
        proved(copy, slug)


@pytest.mark.skipif(bool(postgres_missing()), reason=postgres_missing() or "PostgreSQL is there")
def test_a_dump_of_neither_database_holds_a_key(tmp_path: Path) -> None:
    cluster, control, binaries = postgres_cluster(), "copied", find_binaries()
    assert binaries
    with psycopg.connect(cluster.url_superuser, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{control}"'.encode())
    shell = Shell(tmp_path / "home", {"SIEGELPOST_DATABASE_URL": cluster.url(control)})
    assert shell("init").code == 0
    shell.json("tenant", "create", "own", "--name", "Own GmbH", "--own")
    shell.json(*LISTED)
    with psycopg.connect(cluster.url(f"{control}_access_keys")) as kept, psycopg.connect(cluster.url(control)) as known:
        keys = written(kept.execute(KEYS).fetchall(), known.execute(ROOTS).fetchall(), shell.home)
        reached = "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND has_database_privilege(rolname, current_database(), 'CONNECT')"
        assert kept.execute(reached).fetchall() == [], "no tenant's role reaches the keys"
    dumps = b"".join(
        subprocess.run([binaries / "pg_dump", cluster.url(name)], check=True, capture_output=True).stdout
        for name in (control, f"{control}_own")
    )
    assert b"evidence_accessentry" in dumps and b"tenancy_tenant" in dumps
    assert not [key for key in keys if key in dumps]

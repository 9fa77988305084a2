"""A tenant named by a path: every command says that there is none, and no file comes, goes or changes."""

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_answers import COMPLETE

pytestmark = [pytest.mark.wire, pytest.mark.slow]

PATH = "../tenants/own"
SLUGS = ("own/../other", "/etc", "..", "own\n", "%2e%2e%2fown", "")
WITHOUT_TENANT = {
    ("serve",),
    ("edge",),
    ("worker",),
    ("certificates",),
    ("mailbox",),
    ("controls",),
    ("tenant", "create"),
    ("tenant", "list"),
    ("tenant", "erased"),
    ("tenant", "migrate"),
}
WITHOUT_TENANT |= {("staff", "link"), ("staff", "block"), ("staff", "unblock"), ("staff", "list")}
WITHOUT_TENANT |= {("pace", "relay"), ("pace", "receivers"), ("pace", "show")}
WITHOUT_TENANT |= {("webhook", "list"), ("webhook", "certificate"), ("webhook", "remove")}
WITHOUT_TENANT |= {("release",)}
WITHOUT_TENANT |= {("relay", "add"), ("relay", "list"), ("relay", "remove")}


LOOKED_AT = re.compile(r'INSERT INTO "(evidence_accessentry|sqlite_sequence)"')


def about_a_path() -> list[tuple[str, ...]]:
    """Every command that names a tenant, naming a path."""
    lines = []
    for words in COMPLETE:
        if words[:1] in WITHOUT_TENANT or words[:2] in WITHOUT_TENANT:
            continue
        at = words.index("own")
        lines.append((*words[:at], PATH, *words[at + 1 :], "--json"))
    return lines


def everything(folder: Path) -> dict[str, str]:
    """Each file below a folder with a digest of its content, but for those that SQLite keeps beside a database while it is open.

    Of the control database its rows: that somebody tried stands in the operator's access log, and nothing else may change.
    """
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): hashlib.sha256(content(path)).hexdigest() for path in files}


def content(path: Path) -> bytes:
    if path.name != "control.sqlite3":
        return path.read_bytes()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        lines = [line for line in database.iterdump() if not LOOKED_AT.match(line)]
    return "\n".join(lines).encode()


def test_no_command_follows_a_path_to_a_tenant(shell: Shell) -> None:
    place = shell.home.parent
    (place / "people.csv").write_text("E-Mail\nann@example.org\n", encoding="utf-8")
    before = everything(place)
    answers = shell.all(about_a_path())
    assert {said.words: said.err for said in answers if (said.code, said.error["code"]) != (4, "tenancy.unknown")} == {}
    assert {said.words for said in answers if set(said.error) != {"code", "message", "hint", "nothing"}} == set()
    assert everything(place) == before


def test_no_odd_slug_is_a_tenant_and_none_can_be_made(shell: Shell) -> None:
    place = shell.home.parent
    before = everything(place)
    listed = shell.all([("list", "list", slug, "--json") for slug in SLUGS])
    assert {said.words: said.err for said in listed if (said.code, said.error["code"]) != (4, "tenancy.unknown")} == {}
    made = shell.all([("tenant", "create", slug, "--name", "N", "--json") for slug in SLUGS])
    assert {said.words: said.err for said in made if (said.code, said.error["code"]) != (4, "tenancy.slug_wrong")} == {}
    assert everything(place) == before

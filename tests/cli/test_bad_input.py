"""Files that are none, words that no text is, streams that break: our error form or silence, never a traceback."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.shell import Said, Shell
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.slow]

IMPORT = ("--list", "News", "--ground", "consent at the fair", "--source", "fair")
BREAK = "a\r\nBcc: b@example.org"
OTHER_BREAKS = ("a\nb", "a\x1b[31mb", "a\u2028b")


def in_our_form(said: Said, *codes: int) -> bool:
    return said.code in codes and "Traceback" not in said.err and '{"error": {"code": "' in said.err


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Things that look like a file and are no good one."""
    found = {name: tmp_path / f"{name}.md" for name in ("missing", "folder", "pipe", "binary", "loop", "huge", "empty")}
    found["folder"].mkdir()
    os.mkfifo(found["pipe"])
    found["binary"].write_bytes(bytes(range(256)) * 20)
    found["loop"].symlink_to(found["loop"])
    found["huge"].write_bytes(b"a" * 3_000_000)
    found["empty"].touch()
    return found


def test_a_file_that_cannot_be_used_is_said_to_be_so(standing: Shell, places: dict[str, Path]) -> None:
    draft = ("--subject", "S", "--sender", "News <news@example.org>", "--list", "News", "--json")
    answers = standing.all(
        [
            *(("import", "own", path, *IMPORT, "--json") for path in places.values()),
            *(("mailing", "create", "own", "--file", path, *draft) for path in places.values()),
            *(("suppression", "import", "own", path, "--source", "optout", "--json") for name, path in places.items() if name != "huge"),
        ]
    )
    assert [said for said in answers if not in_our_form(said, 4)] == []


def test_a_file_that_cannot_be_made_is_said_to_be_so(standing: Shell, places: dict[str, Path]) -> None:
    lines: list[tuple[str | Path, ...]] = []
    for target in (places["folder"], places["missing"] / "x.csv"):
        lines.append(("export", "own", target, "--list", "News", "--json"))
        lines.append(("mailing", "recipients", "own", "1", "--csv", target, "--json"))
    lines.append(("mailing", "recipients", "own", "1", "--csv", "/dev/full", "--json"))
    answers = standing.all(lines)
    assert [said for said in answers if not in_our_form(said, 4, 5)] == []


def test_words_that_are_no_text_are_refused(standing: Shell) -> None:
    answers = standing.all(
        [
            ("list", "list", b"\xff", "--json"),
            ("list", "create", "own", b"caf\xe9", "--json"),
            ("subscriber", "show", "own", b"\xed\xa0\x80@example.org", "--json"),
            (b"\xff\xfe", "--json"),
        ]
    )
    assert [(said.code, said.error["code"]) for said in answers] == [(2, "cli.word_not_text")] * 4


def test_huge_and_odd_words_are_refused(standing: Shell) -> None:
    long = "x" * 100_000
    answers = standing.all(
        [
            ("list", "list", long, "--json"),
            ("list", "create", "own", long, "--json"),
            ("tenant", "create", long, "--name", "N", "--json"),
            ("tenant", "create", "new", "--name", long, "--json"),
            ("subscriber", "show", "own", long, "--json"),
            ("suppression", "check", "own", long, "--json"),
            ("form", "create", "own", long, "--list", "News", "--json"),
            ("sender", "add", "own", f"{long} <a@example.org>", "--json"),
            ("import", "own", long, *IMPORT, "--json"),
            ("tenant", "create", "../evil", "--name", "N", "--json"),
            ("list", "list", "../own", "--json"),
            ("list", "list", "", "--json"),
            ("sender", "check", "own", "'; DROP TABLE x; --", "--json"),
        ]
    )
    assert [said.words for said in answers if not in_our_form(said, 4)] == []


def test_nothing_that_breaks_a_header_gets_into_one(standing: Shell) -> None:
    bad = BREAK
    draft = ["mailing", "create", "own", "--file", "letter.md", "--list", "News", "--json"]
    sender = ["--sender", "News <news@example.org>"]
    before = standing.json("list", "list", "own"), standing.json("tenant", "list")
    answers = standing.all(
        [
            ("tenant", "create", "new", "--name", bad, "--json"),
            ("list", "create", "own", bad, "--json"),
            ("sender", "add", "own", f"{bad} <a@example.org>", "--json"),
            ("sender", "add", "own", f"A <{bad}@example.org>", "--json"),
            ("form", "create", "own", bad, "--list", "News", "--json"),
            ("init", "--operator-email", f"{bad}@example.org", "--json"),
            *((*draft, *sender, "--subject", other) for other in (bad, *OTHER_BREAKS)),
            (*draft, *sender, "--subject", "S", "--preheader", bad),
            (*draft, *sender, "--subject", "S", "--reply-to", bad),
            (*draft, *sender, "--subject", "S", "--name", bad),
            (*draft, *sender, "--subject", "S", "--allow-host", bad),
            (*draft, "--sender", f"{bad} <news@example.org>", "--subject", "S"),
        ]
    )
    # `init` prints no data and so has no --json: the word itself is refused there
    assert [said.words for said in answers if not in_our_form(said, 2 if said.words[0] == "init" else 4)] == []
    assert (standing.json("list", "list", "own"), standing.json("tenant", "list")) == before


def test_an_imprint_may_have_lines_but_nothing_else_that_controls(standing: Shell) -> None:
    for bad in ("a\x1bb", "a\u2028b"):
        assert standing("tenant", "create", "new", "--name", "N", "--imprint", bad, "--json").error["code"] == "tenancy.field_refused"


def test_an_operators_address_must_be_one(standing: Shell) -> None:
    assert standing("init", "--operator-email", "a@example.org\nBcc: b@example.org").code == 4


def test_a_reader_that_leaves_is_no_error(standing: Shell) -> None:
    for words in (("list", "list", "own"), ("--help",), ("settings", "--json")):
        read, write = os.pipe()
        os.close(read)
        with standing.process(*words, stdout=write, stderr=subprocess.PIPE) as process:
            os.close(write)
            _out, err = process.communicate(timeout=PATIENCE)
        assert err == ""
        assert process.returncode in (1, 141)


def test_a_full_disk_behind_the_output_is_said(standing: Shell) -> None:
    for words in (("--version",), ("list", "list", "own", "--json")):
        with Path("/dev/full").open("w") as full, standing.process(*words, stdout=full, stderr=subprocess.PIPE) as process:
            _out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 5
        assert "Traceback" not in err
        assert err.count("\n") == 1


def test_a_terminal_that_lacks_our_letters_gets_others(standing: Shell) -> None:
    said = standing("tenant", "list", PYTHONIOENCODING="ascii")
    assert (said.code, said.err) == (0, "")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


IMPATIENT = """
from siegelpost.cli.main import main
from siegelpost.tenancy import connections

connections.BUSY_SECONDS = 1
main()
"""
"""The program, but that it waits for a busy database no longer than a second."""


def test_a_database_that_stays_locked_is_said_to_be_so_and_nothing_is_half_done(shell: Shell) -> None:
    words = (sys.executable, "-c", IMPATIENT, "list", "create", "own", "Late", "--json")
    with locked(shell.home / "tenants" / "own" / "tenant.sqlite3"):
        done = subprocess.run(words, env=shell.variables(), capture_output=True, text=True, timeout=PATIENCE)
    said = Said(words, done.returncode, done.stdout, done.stderr)
    assert (said.code, said.error["code"]) == (5, "cli.database")
    assert "Late" not in said.err
    assert "Late" not in shell("list", "list", "own").out


def test_a_damaged_tenant_is_named_and_mended_while_the_others_go_on(shell: Shell) -> None:
    path = shell.home / "tenants" / "own" / "tenant.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(b"garbage" * 1000)
    assert shell("list", "list", "own", "--json").error["code"] == "cli.database"
    said = shell("tenant", "migrate", "--all", "--json")
    assert (said.code, said.error["code"]) == (5, "tenancy.migrations_failed")
    assert "own" in said.error["message"]
    path.write_bytes(whole)
    for _turn in range(2):
        assert {row["fault"] for row in shell.json("tenant", "migrate", "--all")} == {None}
    assert [row["name"] for row in shell.json("list", "list", "own")] == ["News"]


def test_a_data_folder_that_was_moved_goes_on(shell: Shell) -> None:
    moved = Shell(shell.home.rename(shell.home.with_name("elsewhere")))
    assert [row["name"] for row in moved.json("list", "list", "own")] == ["News"]
    assert shell("list", "list", "own", "--json").error["code"] == "tenancy.home_missing"


def test_a_data_folder_where_a_file_stands_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    said = Shell(tmp_path / "home")("init")
    assert said.code in (4, 5)
    assert said.err.startswith("cli.io: ")


def test_what_is_made_belongs_to_its_owner_alone(shell: Shell) -> None:
    loose = [path for path in shell.home.rglob("*") if path.stat().st_mode & 0o077]
    assert loose == []


def test_each_act_is_written_into_the_log_of_the_tenant(shell: Shell, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("E-Mail\nann@example.org\n", encoding="utf-8")
    shell.json("import", "own", people, *IMPORT)
    shell.json("suppression", "import", "own", people, "--source", "optout")
    shell.json("form", "create", "own", "F", "--list", "News")
    shell.json("mailing", "copy", "own", "1")
    shell.json("export", "own", tmp_path / "out.csv", "--list", "News")
    with closing(sqlite3.connect(shell.home / "tenants" / "own" / "tenant.sqlite3")) as tenant:
        rows = tenant.execute("SELECT act, actor, subject || details FROM evidence_entry ORDER BY id").fetchall()
    acts = [act.partition(".")[0] for act, _actor, _said in rows]
    assert len(acts) >= 9
    assert len(set(acts)) >= 4
    assert {actor for _act, actor, _said in rows} == {"operator"}
    assert not any("ann@" in said for _act, _actor, said in rows)

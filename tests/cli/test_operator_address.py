"""`init --operator-email`: what people write around an address does not come to stand in a header."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell

pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.mark.parametrize("text", ["Post <post@EXAMPLE.org>", "mailto:post@example.org", " post@example.org "])
def test_the_bare_address_is_kept(tmp_path: Path, text: str) -> None:
    shell = Shell(tmp_path / "home")
    assert shell("init", "--operator-email", text).code == 0
    (control,) = shell.home.glob("control*.sqlite3")
    with closing(sqlite3.connect(control)) as database:
        assert database.execute("SELECT operator_email FROM tenancy_installation").fetchall() == [("post@example.org",)]


@pytest.mark.parametrize("text", ["Post\r\nBcc: b@example.org <post@example.org>", "post@exam\nple.org", "nobody", "a@b, c@d.example"])
def test_what_is_no_address_on_one_line_sets_up_nothing(tmp_path: Path, text: str) -> None:
    shell = Shell(tmp_path / "home")
    said = shell("init", "--operator-email", text)
    assert said.code == 4
    assert said.err.startswith("init.address_refused: ")
    assert "Nothing was set up." in said.err
    assert not shell.home.exists()

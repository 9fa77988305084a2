"""`siegelpost import` with files that nobody should hand in: exit code and error as promised, and not a row of the tenant differs."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from siegelpost.cli.main import main
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.intake.files import a_list, written
from tests.templates import Template

IMPORT = ("--list", "Brief", "--ground", "consent at the fair", "--source", "fair")
HEAD = "E-Mail;Vorname;Nachname\n"
ANN, EVE = "ann@example.org;Ann;Muster\n", "eve@example.org;Eve;Muster\n"
PERSONAL = ("ann@", "Muster", "Ann;")


@dataclass
class Importing(Typed):
    """Imports files into a list of alpha's."""

    folder: Path

    def take(self, content: str | bytes, *words: str | Path) -> tuple[int, Any]:
        return self("import", "alpha", written(self.folder, content), *IMPORT, *words)

    def emails(self) -> list[str]:
        self("export", "alpha", self.folder / "all.csv", "--list", "Brief")
        with (self.folder / "all.csv").open(encoding="utf-8-sig", newline="") as file:
            return [row[0] for row in csv.reader(file, delimiter=";")][1:]


@pytest.fixture
def typed(alpha: TenantDB, beta: TenantDB, _two_tenants: Template, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importing:
    a_list(alpha)
    made = Importing(_two_tenants, capsys, tmp_path)
    assert made.take(HEAD + ANN)[0] == 0
    return made


FILES: dict[str, tuple[str | bytes, str]] = {
    "nothing at all": (b"", "file_empty"),
    "a mark and nothing": (b"\xef\xbb\xbf", "file_empty"),
    "a mark of UTF-16 and nothing": (b"\xff\xfe", "file_empty"),
    "headings alone": (HEAD, "file_empty"),
    "headings alone in UTF-16": (HEAD.encode("utf-16"), "file_empty"),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 20, "file_binary"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "file_binary"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(300), "file_binary"),
    "zeros below good rows": (HEAD.encode() + ANN.encode() + bytes(100), "file_binary"),
    "anything behind a mark of UTF-16": (b"\xff\xfe" + bytes(range(256)) * 20, "column_missing"),
    "one endless line": ("x" * 1_000_000, "file_binary"),
    "a heading of a million characters": ("E-Mail;" + "x" * 1_000_000 + f"\n{ANN}", "file_binary"),
    "colons between the cells": (f"{HEAD}{ANN}".replace(";", ":"), "column_missing"),
    "double crosses between the cells": (f"{HEAD}{ANN}".replace(";", "#"), "column_missing"),
    "an announced separator that is another": (f"sep=,\n{HEAD}{ANN}", "column_missing"),
    "no address column": ("Vorname;Ort\nAnn;Musterstadt\n", "column_missing"),
    "two address columns": ("E-Mail;Mail\nann@example.org;ben@example.org\n", "column_in_doubt"),
    "no headings": (ANN + EVE, "headings_missing"),
    "no headings, and no separator that we know": ((ANN + EVE).replace(";", "#"), "headings_missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_ends_with_4_and_changes_no_row(typed: Importing, name: str) -> None:
    content, code = FILES[name]
    before = typed.rows()
    exit_code, said = typed.take(content, "--refused", typed.folder / "refused.csv")
    assert (exit_code, said["error"]["code"]) == (4, f"import.{code}")
    assert set(said["error"]) == {"code", "message", "hint", "nothing"} and all(said["error"].values())
    assert said["error"]["nothing"] == "Nothing was imported."
    assert not any(word in json.dumps(said) for word in PERSONAL)
    assert len(json.dumps(said)) < 2_000
    assert typed.rows() == before
    assert not (typed.folder / "refused.csv").exists()


ROWS = {
    "a row that is too short": ("ben@example.org\n", "too_few_cells"),
    "a row that is too long": ("ben@example.org;Ben;x;y\n", "too_many_cells"),
    "separators of another kind in one row": ("ben@example.org,Ben,Muster\n", "too_few_cells"),
    "an address of 300 characters": (f"{'b' * 288}@example.org;Ben;\n", "email_too_long"),
    "300 characters behind the @": (f"ben@{'b.' * 148}org;Ben;\n", "email_too_long"),
    "a first name of a million characters": (f"ben@example.org;{'x' * 1_000_000};\n", "cell_too_large"),
    "an address of a million characters": (f"{'x' * 1_000_000}@example.org;Ben;\n", "cell_too_large"),
    "a formula for an address": ('"=HYPERLINK(""http://a.example"")";Ben;\n', "email_invalid"),
    "no address": (";Ben;Muster\n", "email_missing"),
}  # fmt: skip


def test_headings_that_would_steer_a_terminal_are_shown_without_that(typed: Importing, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(typed.folder, "Vorname;O\x1b[31mrt;\u202eLand\nAnn;Musterstadt;DE\n")
    with pytest.raises(SystemExit):
        main(["import", "alpha", str(path), *IMPORT])
    said = capsys.readouterr().err
    assert "It has: Vorname, O [31mrt, Land." in said
    assert said.rstrip("\n").isprintable()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_goes_into_the_file_with_its_reason_and_touches_nobody(typed: Importing, name: str, encoding: str) -> None:
    row, reason = ROWS[name]
    target = typed.folder / "refused.csv"
    exit_code, said = typed.take(f"{HEAD}{ANN}{row}{EVE}".encode(encoding), "--refused", target)
    assert (exit_code, said["refused"], said["added"], said["unchanged"]) == (0, {reason: 1}, 1, 1)
    assert typed.emails() == ["ann@example.org", "eve@example.org"]
    with target.open(encoding="utf-8-sig", newline="") as file:
        _headings, refused = csv.reader(file, delimiter=";")
    assert refused[:2] == ["3", reason]
    assert refused[2]


@pytest.mark.parametrize("bad", ["\r\n", *"\t\n\x0b\x0c\r\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029\u202e"])
@pytest.mark.parametrize("shape", ["eve{}@example.org", "eve@example{}.org", "Eve{}Bcc: b@example.org <eve@example.org>"])
@pytest.mark.slow
@pytest.mark.sqlite  # any engine could keep these signs: it is we who do not
def test_what_breaks_a_line_never_gets_into_an_address(typed: Importing, shape: str, bad: str) -> None:
    exit_code, said = typed.take(f'{HEAD}"{shape.format(bad)}";Eve;Muster\n')
    kept = typed.emails()[1:]
    assert (exit_code, said["refused"], kept) in ((0, {"email_invalid": 1}, []), (0, {}, ["eve@example.org"]))


@pytest.mark.parametrize("cut", [1, 3])
def test_a_file_in_utf_16_that_breaks_off_within_a_letter_loses_its_last_row_at_most(typed: Importing, cut: int) -> None:
    exit_code, said = typed.take(f"{HEAD}{EVE}ben@example.org;Ben;Bö".encode("utf-16")[:-cut])
    assert (exit_code, said["rows"], said["added"] + sum(said["refused"].values())) == (0, 2, 2)
    assert typed.emails()[:2] == ["ann@example.org", "eve@example.org"]


@pytest.mark.slow
def test_an_order_that_cannot_be_carried_out_changes_no_row(typed: Importing) -> None:
    order = ("import", "alpha", written(typed.folder, HEAD + EVE), *IMPORT)
    assert typed.refused(*order, "--ground", " ") == (2, "import.ground_missing")
    assert typed.refused(*order, "--source", "a\r\nb") == (2, "import.order_too_long")
    assert typed.refused(*order, "--list", "Nobody") == (4, "list.unknown")
    assert typed.refused(*order, "--email-column", "Ort") == (4, "import.column_missing")
    assert typed.refused(*order, "--refused", "/nowhere/r.csv") == (4, "import.refused_file_unusable")
    assert typed.refused("import", "alpha", typed.folder / "none.csv", *IMPORT) == (4, "import.file_unreadable")


@pytest.mark.parametrize("name", ["people.xlsx", "PEOPLE.PDF", "people.png", "people.zip"])
def test_a_text_that_was_renamed_to_another_type_is_refused(typed: Importing, name: str) -> None:
    path = typed.folder / name
    path.write_text(HEAD + EVE, encoding="utf-8")
    assert typed.refused("import", "alpha", path, *IMPORT) == (4, "import.file_renamed")
    assert typed.refused("suppression", "import", "alpha", path, "--source", "blacklist") == (4, "import.file_renamed")

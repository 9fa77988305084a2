"""Formulas in the cells of a file: they come in as words, and no file that we hand out runs them."""

import csv
from pathlib import Path

import pytest

from siegelpost.audience.reads import find_by_email
from siegelpost.cli.main import main
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import a_list, written

IMPORT = ("--list", "Brief", "--ground", "consent", "--source", "fair")
FORMULAS = ["=cmd|' /C calc'!A0", "+1+cmd()", "-1+cmd()", "@SUM(1+1)", "=1+1", "＝1+1", "\t=1+1", " =1+1"]
RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def typed(*words: str | Path) -> None:
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert not end.value.code


def cells_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [cell for row in csv.reader(file, delimiter=";") for cell in row]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_comes_in_as_a_word_and_goes_out_defused(alpha: TenantDB, beta: TenantDB, tmp_path: Path, formula: str) -> None:
    a_list(alpha)
    typed("import", "alpha", written(tmp_path, f'E-Mail;Vorname;Nachname\nann@example.org;"{formula}";Muster\n'), *IMPORT)
    ann = find_by_email(alpha, "ann@example.org")
    assert ann is not None
    assert ann.fields == {"first_name": formula.strip(), "last_name": "Muster"}

    for turn in ("one.csv", "two.csv"):  # what went out comes in again unchanged
        typed("export", "alpha", tmp_path / turn, "--list", "Brief")
        assert f"'{formula.strip()}" in cells_of(tmp_path / turn)
        typed("import", "alpha", tmp_path / turn, *IMPORT)
        assert find_by_email(alpha, "ann@example.org") == ann


@pytest.mark.parametrize("formula", FORMULAS)
def test_refused_rows_and_their_headings_are_defused(alpha: TenantDB, beta: TenantDB, tmp_path: Path, formula: str) -> None:
    a_list(alpha)
    rows = f'E-Mail;"{formula}"\n"{formula}";"{formula}"\n'
    typed("import", "alpha", written(tmp_path, rows), *IMPORT, "--refused", tmp_path / "refused.csv")
    found = cells_of(tmp_path / "refused.csv")
    assert sum(formula.strip() in cell for cell in found) == 3
    assert not any(cell.startswith(RUN) for cell in found)


def test_an_address_that_begins_like_a_formula_is_defused_and_stays_one_person(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    a_list(alpha)
    typed("import", "alpha", written(tmp_path, "E-Mail\n=ann@example.org\n"), *IMPORT)
    typed("export", "alpha", tmp_path / "out.csv", "--list", "Brief")
    assert "'=ann@example.org" in cells_of(tmp_path / "out.csv")
    typed("import", "alpha", tmp_path / "out.csv", *IMPORT)
    typed("export", "alpha", tmp_path / "again.csv", "--list", "Brief")
    assert cells_of(tmp_path / "again.csv") == cells_of(tmp_path / "out.csv")

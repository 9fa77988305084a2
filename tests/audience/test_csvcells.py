"""No cell of a file that we hand out runs in a spreadsheet, whichever separator it takes lines to have."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.csvcells import arm, defuse, defuse_all, separator

SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
SPLITS = (";", ",", "\t")
CELLS = st.one_of(st.text(max_size=12), st.text(alphabet="".join(SIGNS) + "\t\r\n;,\"'a1| ", max_size=8))


def harmful(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for more than a text or a number; it drops tabs and line breaks before that."""
    seen = cell.lstrip("\t\r\n")
    return seen.startswith(SIGNS) and re.fullmatch(r"[+-]?[0-9.,\s]*[0-9]", seen) is None


@pytest.mark.parametrize("cell", ["=cmd()", "+cmd|' /C calc'!A0", "-2+3+cmd()", "@SUM(1)", "\t=1", "\uff1dcmd()"])
def test_formulas_are_defused(cell: str) -> None:
    assert defuse(cell).startswith("'") and arm(defuse(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Mara", "-5", "+49 170 123", "1,5", "a, b; c", "Grüße,\n\nMara", "x;y=1"])
def test_names_and_numbers_stay_as_they_are(cell: str) -> None:
    assert defuse(cell) == cell


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        ("x,@SUM(1)", "x,'@SUM(1)"),
        ('x;"=1', "x;\"'=1"),
        ("x\n-1+1", "x\n'-1+1"),
        ("1;-5", "1;'-5"),
    ],
)
def test_what_would_become_a_cell_of_its_own_is_defused(cell: str, shown: str) -> None:
    assert defuse(cell) == shown


@given(CELLS.filter(lambda text: not text.startswith("'")))
@pytest.mark.slow
def test_a_defused_cell_comes_back_unchanged(cell: str) -> None:
    assert arm(defuse(cell)) == cell


@given(st.lists(CELLS, min_size=1, max_size=3), st.sampled_from(SPLITS[:2]), st.sampled_from(SPLITS))
@pytest.mark.slow
def test_no_cell_runs_whoever_opens_the_file(row: list[str], written: str, read: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=written).writerow(["1", *defuse_all(row)])  # the first cell of each line is a number or address of ours
    found = [cell for line in csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=read) for cell in line]
    assert not [cell for cell in found if harmful(cell)]


def test_the_separator_is_that_of_the_readers_spreadsheet() -> None:
    assert (separator("de"), separator("en"), separator("")) == (";", ",", ",")

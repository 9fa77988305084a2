"""Cells of the CSV files that we hand out: a spreadsheet must not run what a stranger typed into a form.

A German spreadsheet splits lines at semicolons, an English one at commas, whatever the file means: what stands behind a separator
inside of a cell may become a cell of its own, too.

Source: CWE-1236, neutralisation of formula elements in a CSV file.
"""

import re
from collections.abc import Iterable
from typing import Final

MARK: Final = "\ufeff"
"""At the head of a file: without it Excel takes UTF-8 for another encoding."""
SEPARATORS: Final = {"de": ";"}
"""Spreadsheets take the comma for the decimal sign there; elsewhere it separates."""
_SIGNS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # the last four: the same signs in full width
_STARTERS: Final = frozenset("\t\r\n" + _SIGNS.replace("\\", ""))
_NUMBER: Final = re.compile(r"[+-]?[\d.,\s]*\d", re.ASCII).fullmatch
_BEHIND: Final = re.compile(rf"([;,\t\r\n]\"*)('*)(?=[{_SIGNS}])")
"""A separator and apostrophes before what begins like a formula, or like a number: nobody knows what the next cell makes of that."""

_LESS: Final = re.compile(rf"([;,\t\r\n]\"*)'(?='*[{_SIGNS}])")
"""The same with the apostrophe that `defuse` put there."""


def separator(language: str) -> str:
    """What spreadsheets of people who read this language split lines at."""
    return SEPARATORS.get(language, ",")


def defuse(cell: str) -> str:
    """Return `cell` with an apostrophe before what a spreadsheet would take for a formula; numbers stay numbers."""
    inside = _BEHIND.sub(r"\1'\2", cell)
    return f"'{inside}" if cell[:1] in _STARTERS and cell and not _NUMBER(cell) else inside


def arm(cell: str) -> str:
    """Undo `defuse`, so that a file of ours can be imported again unchanged."""
    plain = _LESS.sub(r"\1", cell)
    if plain[:1] == "'" and defuse(plain[1:]) == cell:
        return plain[1:]
    return plain if defuse(plain) == cell else cell


def defuse_all(cells: Iterable[str]) -> list[str]:
    """Defuse one row."""
    return [defuse(cell) for cell in cells]

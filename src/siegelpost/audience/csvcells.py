"""Cells of the CSV files that we hand out: a spreadsheet must not run what a stranger typed into a form.

Source: CWE-1236, neutralisation of formula elements in a CSV file.
"""

import re
from collections.abc import Iterable
from typing import Final

_STARTERS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four: the same signs in full width
_NUMBER: Final = re.compile(r"[+-]?[\d.,\s]*\d", re.ASCII).fullmatch


def defuse(cell: str) -> str:
    """Return `cell` with an apostrophe before what a spreadsheet would take for a formula; numbers stay numbers."""
    return f"'{cell}" if cell[:1] in _STARTERS and cell and not _NUMBER(cell) else cell


def arm(cell: str) -> str:
    """Undo `defuse`, so that a file of ours can be imported again unchanged."""
    return cell[1:] if cell[:1] == "'" and defuse(cell[1:]) == cell else cell


def defuse_all(cells: Iterable[str]) -> list[str]:
    """Defuse one row."""
    return [defuse(cell) for cell in cells]

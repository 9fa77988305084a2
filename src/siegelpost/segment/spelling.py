"""Texts are compared without heed of capitals, in the same way on each database: ä is Ä, and s is not ß.

What databases call lower case depends on how they were built: SQLite knows 26 letters, PostgreSQL those of its locale. So these 26
are folded by the database, and each other letter that has two forms is searched for in both.
"""

import re
from typing import Final

from siegelpost.segment.tree import CONTAINS, ENDS, EQUAL, STARTS

_ASCII_UPPER: Final = {ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def lower(text: str) -> str:
    """What `LOWER` makes of a text on SQLite, and on PostgreSQL under the collation "C"."""
    return text.translate(_ASCII_UPPER)


def forms(letter: str) -> str:
    """A letter with its other form, where it has one that is a single letter too and not one of the 26."""
    both = {letter, letter.lower(), letter.upper()}
    return "".join(sorted(one for one in both if len(one) == 1 and (one == letter or not one.isascii())))


def is_plain(text: str) -> bool:
    """Whether folding the 26 is all there is to do."""
    return all(letter.isascii() or forms(letter) == letter for letter in text)


def fits(operator: str, value: str, wanted: str) -> bool:
    """Whether a value fits; what both databases are to say."""
    return re.search(expression(operator, wanted), lower(value)) is not None


def glob(operator: str, wanted: str) -> str:
    """A pattern for SQLite's GLOB over a value in lower case."""
    parts = [f"[{forms(one)}]" if len(forms(one)) > 1 else f"[{one}]" if one in "*?[" else one for one in lower(wanted)]
    return _around("*" if operator in (CONTAINS, ENDS) else "", "".join(parts), "*" if operator in (CONTAINS, STARTS) else "")


def expression(operator: str, wanted: str) -> str:
    """A regular expression for PostgreSQL over a value in lower case."""
    parts = [f"[{forms(one)}]" if len(forms(one)) > 1 else _literal(one) for one in lower(wanted)]
    return _around("^" if operator in (EQUAL, STARTS) else "", "".join(parts), "$" if operator in (EQUAL, ENDS) else "")


def _literal(letter: str) -> str:
    """Only signs are escaped: before a letter a backslash would mean something."""
    return letter if not letter.isascii() or letter.isalnum() or letter == " " else f"\\{letter}"


def _around(before: str, text: str, after: str) -> str:
    return f"{before}{text}{after}"

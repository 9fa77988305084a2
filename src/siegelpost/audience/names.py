"""Names that staff give to things: one line, not endless."""

from typing import Final

from siegelpost.audience.errors import NameWrong


def one_line(text: str, limit: int) -> str:
    """Return `text` without spaces around it; raises NameWrong unless it is 1 to `limit` printable characters."""
    text = text.strip()
    if not text or len(text) > limit or not text.isprintable():
        raise NameWrong(limit=limit)
    return text


MAX_LINE: Final = 200
"""Characters of a purpose or a ground, as the columns have."""


def line_or_nothing(text: str) -> str:
    """One line of up to MAX_LINE characters, or nothing at all. Raises NameWrong."""
    return one_line(text, MAX_LINE) if text.strip() else ""

"""Names that staff give to things: one line, not endless."""

from siegelpost.audience.errors import NameWrong


def one_line(text: str, limit: int) -> str:
    """Return `text` without spaces around it; raises NameWrong unless it is 1 to `limit` printable characters."""
    text = text.strip()
    if not text or len(text) > limit or not text.isprintable():
        raise NameWrong(limit=limit)
    return text

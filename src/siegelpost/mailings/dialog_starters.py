"""Texts to begin a dialog mailing with, one for each act and language. They pass all checks."""

from functools import cache
from typing import Final

from siegelpost.mailings.dialog_errors import DialogUnknown
from siegelpost.mailings.dialog_rules import ACTS, Words
from siegelpost.mailings.starters import FOLDER

FORMAT: Final = "md"
"""Of all of them."""
LANGUAGES: Final = ("de", "en")


@cache
def dialog_starter(act: str, language: str) -> Words:
    """Return subject and text, in Markdown; anything but "de" is English. Raises DialogUnknown."""
    if act not in ACTS:
        raise DialogUnknown
    text = (FOLDER / f"{act}.{'de' if language == 'de' else 'en'}.md").read_text(encoding="utf-8")
    subject, _line, source = text.partition("\n")
    return Words(subject, source)

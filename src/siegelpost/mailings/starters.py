"""Templates to begin with, one for each format and language. They pass all checks: imprint and unsubscribe link are there."""

from functools import cache
from pathlib import Path

from siegelpost.mailings.errors import FormatUnknown
from siegelpost.mailings.rules import FORMATS

FOLDER = Path(__file__).resolve().parent / "starter"


@cache
def starter(format: str, language: str) -> str:
    """Return the source of a new mailing.

    format    mjml, html, md or txt
    language  of the tenant; "de", anything else is English

    Raises FormatUnknown.
    """
    if format not in FORMATS:
        raise FormatUnknown
    return (FOLDER / f"{'de' if language == 'de' else 'en'}.{format}").read_text(encoding="utf-8")

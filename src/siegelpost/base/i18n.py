"""English in the source, German beside it: finds the reader's words in the rooms' own catalogues.

Each room keeps its translations in `locale/de/LC_MESSAGES/django.po`, where Django looks for those of templates too.
"""

import gettext as _gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "de")

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_current: ContextVar[str] = ContextVar("language", default="en")


def use_language(language: str) -> None:
    """Speak `language` ("en" or "de"; anything else is English) for the rest of this context."""
    _current.set(language if language in LANGUAGES else "en")


def current_language() -> str:
    """The language of this context, "en" or "de"."""
    return _current.get()


def language_of(environ: Mapping[str, str]) -> str:
    """The reader's language by the variables of a shell, in gettext's order."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wanted := environ.get(variable):
            return "de" if wanted.lower().startswith("de") else "en"
    return "en"


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    merged = _gettext.NullTranslations()
    for path in sorted(_PACKAGE.glob(f"**/locale/{language}/LC_MESSAGES/django.mo")):
        with path.open("rb") as file:
            found = _gettext.GNUTranslations(file)
        found.add_fallback(merged)
        merged = found
    return merged


def translate(text: str, language: str | None = None) -> str:
    """Return `text` (English, as it stands in the source) in `language`, by default in that of the context."""
    wanted = language or current_language()
    return text if wanted == "en" or not text else _catalogue(wanted).gettext(text)


def marked(text: str) -> str:
    """Mark `text` for translation without translating it yet; rooms import this as `_`."""
    return text


use_language(language_of(os.environ))

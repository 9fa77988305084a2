"""What a field can hold: one small class per type, from the text that people write to the value that we keep, and back.

A further type is one more class here with a name in `KINDS`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Protocol

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate

Value = str | int | float | bool

MAX_TEXT: Final = 1_000  # characters; a longer one is a text for a document, not for a salutation
MAX_DIGITS: Final = 15  # a float keeps 15 digits exactly; longer ones are numbers of accounts and belong into a text field

# no width, or turning the direction of writing, or half a character; the joiners U+200C and U+200D belong to words
_UNSEEN: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class ValueUnfit(ValueError):
    """A text does not fit the type of its field; `code` says why. Never holds the text itself."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class FieldType(Protocol):
    """What every type can do."""

    def parse(self, text: str) -> Value:
        """Return the value that `text` (not blank) means. Raises ValueUnfit."""

    def show(self, value: Value, language: str) -> str:
        """Return `value` as a reader of `language` ("en" or "de") writes it."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text. Line breaks and control characters become a space: the value may reach a header."""

    def parse(self, text: str) -> Value:
        if not text.isprintable():
            text = _CONTROL.sub(" ", _UNSEEN.sub("", text))
        text = " ".join(text.split())
        if len(text) > MAX_TEXT:
            raise ValueUnfit("value_too_long")
        if "\ufffd" in text:
            raise ValueUnfit("characters_lost")  # the file was damaged; half a name is worse than none
        return text

    def show(self, value: Value, language: str) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `language` decides where "1.234" and "1,234" are in doubt."""

    language: str = "en"

    def parse(self, text: str) -> Value:
        if len(text) <= MAX_DIGITS and text.isdigit() and text.isascii():
            return int(text)
        digits = re.sub(r"[\s'\u2019\u00a0\u202f_]", "", text).replace("\u2212", "-")
        digits = _with_point(digits, "," if self.language == "de" else ".")
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", digits, re.ASCII) or sum(map(str.isdigit, digits)) > MAX_DIGITS:
            raise ValueUnfit("value_unfit")
        return float(digits) if "." in digits else int(digits)

    def show(self, value: Value, language: str) -> str:
        if isinstance(value, float) and not value.is_integer() and math.isfinite(value):
            text = f"{value:.{MAX_DIGITS}g}"
            text = f"{value:.10f}".rstrip("0") if "e" in text else text
        else:
            text = str(int(float(value)))
        return text.replace(".", ",") if language == "de" else text


def _with_point(digits: str, decimal: str) -> str:
    """Return `digits` without marks of thousands and with a point before the decimals; what makes no sense stays."""
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return digits
    if len(set(marks)) == 2:
        decimal = marks[-1]  # 1.234,5 and 1,234.5 say it themselves
    elif len(marks) > 1:
        decimal = "," if marks[0] == "." else "."  # 1.234.567
    elif not re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", digits):
        decimal = marks[0]  # 1,5 and 1.50 cannot be thousands
    thousands = "," if decimal == "." else "."
    whole, _mark, rest = digits.partition(decimal)
    if thousands in whole and not re.fullmatch(rf"[+-]?\d{{1,3}}(\{thousands}\d{{3}})+", whole):
        return ""
    return whole.replace(thousands, "") + (f".{rest}" if _mark else "")


@dataclass(frozen=True, slots=True)
class Date:
    """A day, kept as YYYY-MM-DD (ISO 8601). 31.12.2026, 2026-12-31; with strokes only where day and month cannot be mixed up."""

    language: str = "en"

    _shapes: ClassVar[tuple[re.Pattern[str], ...]] = (
        re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII),
        re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?: 00:00(?::00)?)?", re.ASCII),
        re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    )

    def parse(self, text: str) -> Value:
        text = text.strip()
        for shape in self._shapes:
            if found := shape.fullmatch(text):
                return self._day(int(found["y"]), int(found["m"]), int(found["d"]), strokes="/" in text)
        raise ValueUnfit("value_unfit")

    def _day(self, year: int, month: int, day: int, *, strokes: bool) -> str:
        if strokes and month > 12:
            month, day = day, month  # 12/31/2026
        elif strokes and day <= 12 and day != month and self.language != "de":
            raise ValueUnfit("value_unfit")  # 01/02/2026 is January or February, depending on the writer
        try:
            return date(year, month, day).isoformat()
        except ValueError as fault:
            raise ValueUnfit("value_unfit") from fault

    def show(self, value: Value, language: str) -> str:
        day = date.fromisoformat(str(value))
        return f"{day:%d.%m.%Y}" if language == "de" else day.isoformat()


@dataclass(frozen=True, slots=True)
class Boolean:
    """Yes or no."""

    _words: ClassVar[Mapping[str, bool]] = {
        **dict.fromkeys(("1", "yes", "y", "true", "on", "x", "ja", "j", "wahr", "w"), True),
        **dict.fromkeys(("0", "no", "n", "false", "off", "-", "nein", "falsch", "f"), False),
    }

    def parse(self, text: str) -> Value:
        found = self._words.get(text.strip().casefold())
        if found is None:
            raise ValueUnfit("value_unfit")
        return found

    def show(self, value: Value, language: str) -> str:
        return translate(_("yes") if value else _("no"), language)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options that the field names; capitals do not matter."""

    options: tuple[str, ...] = ()
    _known: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {option.casefold(): option for option in self.options})

    def parse(self, text: str) -> Value:
        found = self._known.get(" ".join(text.split()).casefold())
        if found is None:
            raise ValueUnfit("value_unfit")
        return found

    def show(self, value: Value, language: str) -> str:
        return str(value)


KINDS: Final = ("text", "number", "date", "boolean", "choice")


def field_type(kind: str, language: str = "en", options: tuple[str, ...] = ()) -> FieldType:
    """Return the type that `kind` (one of KINDS) names.

    language  "en" or "de": how numbers and dates in doubt are read
    options   of a choice

    Raises ValueError for another kind: the caller has checked it, so that would be a bug.
    """
    made: dict[str, FieldType] = {
        "text": Text(),
        "number": Number(language),
        "date": Date(language),
        "boolean": Boolean(),
        "choice": Choice(options),
    }
    if kind not in made:
        raise ValueError(f"not a kind of field: {kind}")
    return made[kind]

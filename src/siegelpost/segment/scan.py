"""From the text of a segment to its words, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from siegelpost.segment.errors import NotUnderstood, TooMuch

MOST_CHARACTERS: Final = 10_000
MOST_CONDITIONS: Final = 200
MOST_DEEP: Final = 50

WORD: Final = "word"
TEXT: Final = "text"
NUMBER: Final = "number"
DAY: Final = "day"
SIGN: Final = "sign"
END: Final = "end"

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<day>\d{4}-\d{2}-\d{2}(?![\w.]))
    | (?P<number>-?\d{1,15}(?:\.\d{1,10})?(?![\w.]))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)
    | "(?P<text>(?:[^"\\\x00-\x1f]|\\["\\])*)"
    | (?P<sign><=|>=|!=|[=<>(),+-])
    )""",
    re.VERBOSE | re.ASCII,
)
_BLANK: Final = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind, what it says (texts without quotes, words in small letters), and the character at which it begins, 1-based."""

    kind: str
    text: str
    at: int


def too_much() -> TooMuch:
    """The error, with the limits."""
    return TooMuch(length=MOST_CHARACTERS, conditions=MOST_CONDITIONS, depth=MOST_DEEP)


def scan(text: str) -> Iterator[Token]:
    """All words, END last. Raises NotUnderstood, TooMuch."""
    if len(text) > MOST_CHARACTERS:
        raise too_much()
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place, end)
        if found is None or found.lastgroup is None:
            raise NotUnderstood(at=_BLANK.match(text, place).end() + 1, wanted="…")  # type: ignore[union-attr]
        kind, said = found.lastgroup, found[found.lastgroup]
        yield Token(kind, _read(kind, said), found.start(kind) + (0 if kind == TEXT else 1))
        place = found.end()
    yield Token(END, "", end + 1)


def _read(kind: str, said: str) -> str:
    if kind == TEXT:
        return re.sub(r'\\(["\\])', r"\1", said)
    return said.lower() if kind == WORD else said

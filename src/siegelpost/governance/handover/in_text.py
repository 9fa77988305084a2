"""What is kept of a password, and how it is known again in any text: eight words of the list in a row, whatever stands between them."""

import hmac
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import unescape
from typing import Final

from siegelpost.governance.handover.rules import PASSWORD_WORDS
from siegelpost.governance.handover.words import wordlist

TAG: Final = re.compile(r"<[^<>]*>")
OTHER: Final = re.compile(r"[^a-z]+")
HEAD: Final = 3
"""Letters of the shortest word: most places of a text are left after one look at them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is kept of a password: enough to know it again, not enough to find it.

    letters  how many it has
    digest   HMAC-SHA-256 of its letters, in hex
    """

    letters: int
    digest: str


def mark_of(password: str, key: bytes) -> Mark:
    """What is kept of it; 100 bit and more cannot be guessed, so that a keyed hash needs no slow function."""
    letters = _letters(password)
    return Mark(len(letters), _digest(letters, key))


def digests_in(text: str, key: bytes) -> frozenset[str]:
    """Digests of whatever in a text could be a password, with tags (as of HTML) and without them; none in an ordinary text.

    Blanks, hyphens, digits, line breaks, accents, tags between the letters, and their case and width do not matter. So it costs a look
    at the text (a microsecond a letter), however many passwords there are.
    """
    readings = {_letters(text), _letters(unescape(TAG.sub(" ", text)))}
    return frozenset(_digest(one, key) for letters in readings for one in _rows_of_words(letters))


def _rows_of_words(letters: str) -> Iterator[str]:
    """Each part that is PASSWORD_WORDS words of the list one after the other."""
    known, heads, lengths = _words()
    arrived: dict[int, set[tuple[int, int]]] = {}  # place -> where a row of words that ends there began, and how many they are
    for place in range(len(letters) - HEAD + 1):
        rows = arrived.pop(place, set())
        if letters[place : place + HEAD] not in heads:
            continue
        rows.add((place, 0))
        for end in (place + length for length in lengths if letters[place : place + length] in known and place + length <= len(letters)):
            longer = {(begin, words + 1) for begin, words in rows}
            yield from (letters[begin:end] for begin, words in longer if words == PASSWORD_WORDS)
            arrived.setdefault(end, set()).update(one for one in longer if one[1] < PASSWORD_WORDS)


@cache
def _words() -> tuple[frozenset[str], frozenset[str], tuple[int, ...]]:
    """The words, how they begin, and how long they are."""
    words = frozenset(wordlist())
    return words, frozenset(word[:HEAD] for word in words), tuple(sorted({len(word) for word in words}))


def _letters(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return OTHER.sub("", plain.casefold())


def _digest(letters: str, key: bytes) -> str:
    return hmac.new(key, letters.encode(), sha256).hexdigest()

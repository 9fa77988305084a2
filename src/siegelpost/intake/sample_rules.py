"""When people of an import must be drawn whose consent is to be shown, who is drawn, and what follows from what was shown. Pure.

Source: Art. 7(1) GDPR (the controller must be able to show that each person agreed).
"""

import hmac
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

SAMPLE: Final = 20
"""People drawn. Of consents that are missing for one in ten, 20 people show it with 88 of 100; of one in four with more than 99."""
ABOVE: Final = 1_000
"""People of imports without double opt-in above which some are drawn."""
MOST_MISSING: Final = 2
"""Of those drawn: with more, the whole import stays closed. One in ten may be an oversight."""
TOGETHER: Final = timedelta(days=30)
"""Imports of the same source within this time count together, so do all of one day: parts of a file are one file."""
MOST_ABOVE: Final = 1_000_000_000
"""A longer number is a slip of the keyboard."""

OPEN: Final = "open"
SHOWN: Final = "shown"
MISSING: Final = "missing"
GONE: Final = "gone"
"""States of somebody who was drawn: nothing yet, proof accepted, proof refused or not to be had, erased meanwhile."""
WAITING: Final = "waiting"
PROVEN: Final = "proven"
CLOSED: Final = "closed"
"""States of a sample: some are open; all that were drawn are decided; too many are missing."""


@dataclass(frozen=True, slots=True)
class Part:
    """One import: where its people are said to come from, when it began, and on which day that was."""

    id: int
    source: str
    at: datetime
    day: date


def above(own: bool, said: int | None) -> int:
    """People above which some are drawn, 0 for never.

    own   the operator itself is the controller: there it is off until somebody turns it on
    said  what was set, None where nobody has set anything
    """
    return said if said is not None else 0 if own else ABOVE


def bunches(parts: Iterable[Part]) -> list[frozenset[int]]:
    """Imports that count together: of one day, or of one source within TOGETHER; also over others between them."""
    found: list[list[Part]] = []
    for part in sorted(parts, key=lambda one: (one.at, one.id)):
        near = [bunch for bunch in found if any(_together(part, one) for one in bunch)]
        found = [bunch for bunch in found if bunch not in near]
        found.append([part, *(one for bunch in near for one in bunch)])
    return [frozenset(one.id for one in bunch) for bunch in found]


def _together(one: Part, other: Part) -> bool:
    return one.day == other.day or (plain(one.source) == plain(other.source) and abs(one.at - other.at) <= TOGETHER)


_PART: Final = re.compile(r"\b(part|teil|file|datei|batch)\b[\s\d/.]*(of|von)?")


def plain(source: str) -> str:
    """A source without what a slip of the keyboard changes: case, blanks, signs, and numbers of parts ("part 2 of 7")."""
    return "".join(letter for letter in _PART.sub("", source.casefold()) if letter.isalpha())


def draw(seed: bytes, people: Iterable[tuple[int, bytes]], before: Sequence[int] = (), count: int = SAMPLE) -> list[int]:
    """Numbers of those who are drawn, those of `before` first: whoever was drawn stays drawn.

    seed    32 random bytes, the same for as long as a sample waits: the same people give the same draw, whatever their order
    people  number and keyed hash of the address

    The `count` with the smallest HMAC-SHA256 are drawn; of more people some of the new ones may be among them, so a sample grows.
    """
    ranked = sorted((hmac.digest(seed, key, "sha256"), number) for number, key in people)
    return [*before, *(number for _rank, number in ranked[:count] if number not in frozenset(before))]


def state_of(states: Collection[str]) -> str:
    """What the whole sample is worth, by the states of those who were drawn."""
    if sum(one == MISSING for one in states) > MOST_MISSING:
        return CLOSED
    return WAITING if OPEN in states else PROVEN

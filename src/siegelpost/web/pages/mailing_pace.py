"""How fast a mailing goes, out of what one page saw itself: no table is asked for it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WINDOW: Final = 20.0
"""Seconds over which the rate is taken: longer than a pause between two settlings, short enough to follow."""
MOST: Final = 12
"""Marks that a page carries along."""


@dataclass(frozen=True, slots=True)
class Mark:
    """So many messages were done at this moment (seconds since 1970)."""

    at: float
    done: int


def read_marks(text: str) -> list[Mark]:
    """Read marks as `written` wrote them; what cannot be read counts as none."""
    found: list[Mark] = []
    for one in text.split("-")[-MOST:]:
        at, _colon, done = one.partition(":")
        if at.isascii() and at.isdigit() and done.isascii() and done.isdigit() and len(one) < 40:
            found.append(Mark(int(at) / 1000, int(done)))
    return found


def written(marks: Sequence[Mark]) -> str:
    """Marks as an address carries them: milliseconds, colon, messages."""
    return "-".join(f"{round(one.at * 1000)}:{one.done}" for one in marks)


def with_mark(marks: Sequence[Mark], new: Mark) -> list[Mark]:
    """Add the newest mark and leave out those that are too old, from the future, or saw more than there is now."""
    kept = [one for one in marks if new.at - WINDOW <= one.at < new.at and one.done <= new.done]
    return [*kept, new][-MOST:]


def rate(marks: Sequence[Mark]) -> float | None:
    """Messages per second between the oldest and the newest mark, None where too little was seen."""
    if len(marks) < 2 or marks[-1].at - marks[0].at < 1:
        return None
    return (marks[-1].done - marks[0].done) / (marks[-1].at - marks[0].at)


def seconds_left(rest: int, per_second: float | None) -> int | None:
    """Whole seconds until `rest` messages are done, None where nobody can say."""
    return round(rest / per_second) if per_second else None

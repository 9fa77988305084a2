"""From which share on complaints and hard bounces are a reason to warn, to slow down, to stop. Pure.

Written as "0.1/0.2/0.3@1000/3": per cent to warn, to slow and to stop, and from how many messages and how many cases on it acts; below
that it warns. One share alone, "1@300/10", stops.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

PER: Final = 100_000
"""Shares are kept per 100,000: 0.1 % are 100."""
_TEXT: Final = re.compile(r"(\d{1,2}(?:\.\d{1,3})?)(?:/(\d{1,2}(?:\.\d{1,3})?)/(\d{1,2}(?:\.\d{1,3})?))?@(\d{1,9})/(\d{1,9})")


class Level(IntEnum):
    """How bad it is."""

    NONE = 0
    WARN = 1
    SLOW = 2
    STOP = 3


@dataclass(frozen=True, slots=True)
class Brake:
    """When to brake for one cause.

    steps  level and share per 100,000, ascending
    of     messages from which on it acts, 1..
    cases  and cases, 1..
    """

    steps: tuple[tuple[Level, int], ...]
    of: int
    cases: int

    def judge(self, cases: int, of: int) -> Level:
        """How bad so many cases of so many messages are; more than a warning only from `self.of` and `self.cases` on."""
        reached = max((level for level, share in self.steps if cases and cases * PER >= share * of), default=Level.NONE)
        enough = of >= self.of and cases >= self.cases
        return reached if enough else min(reached, Level.WARN)


def read_brake(text: str) -> Brake:
    """Raises ValueError for anything else than the two forms, for 0, and for shares that do not grow."""
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise ValueError("not shares@messages/cases")
    shares = [_share(one) for one in found.groups()[:3] if one is not None]
    of, cases = int(found[4]), int(found[5])
    if 0 in (*shares, of, cases) or shares != sorted(set(shares)):
        raise ValueError("shares grow, and nothing is 0")
    levels = (Level.WARN, Level.SLOW, Level.STOP)[-len(shares) :]
    return Brake(tuple(zip(levels, shares, strict=True)), of, cases)


def _share(text: str) -> int:
    whole, _dot, part = text.partition(".")
    return int(whole) * 1000 + int(part.ljust(3, "0"))

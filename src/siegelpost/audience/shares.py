"""Made-up people with the shape of real ones: only how many share a value is known, and never of a group of fewer than LEAST. Pure.

Each value is drawn by itself: what two values of one person have to do with each other is lost, and with it whatever could single
somebody out. Source: Art. 29 Working Party, WP 216 (singling out, linking, inference).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

LEAST: Final = 20
"""People who share a value, or it is told of nobody; as in reports."""
BINS: Final = 40
"""Ranges of numbers at most."""
T = TypeVar("T")


class Shares(Generic[T]):
    """Values with the number of people who have each of them; nothing in it is about fewer than LEAST."""

    def __init__(self, counts: Mapping[T, int], rest: T) -> None:
        """rest  what small groups are called together; where they are still small, they join the largest"""
        large = {value: n for value, n in counts.items() if n >= LEAST}
        few = sum(n for n in counts.values() if n < LEAST)
        if few >= LEAST:
            large[rest] = large.get(rest, 0) + few
        elif large:
            largest = max(large, key=lambda value: large[value])
            large[largest] += few
        self.merged = few
        self._values = list(large)
        self._weights = list(accumulate(large.values()))

    @property
    def values(self) -> list[T]:
        """Those that can be drawn."""
        return list(self._values)

    def draw(self, chance: Random, otherwise: T) -> T:
        """One of them, each as often as people have it; `otherwise` where no group was large enough."""
        return chance.choices(self._values, cum_weights=self._weights)[0] if self._values else otherwise


def ranges_of(values: Iterable[float]) -> list[tuple[float, float]]:
    """Ranges of equal numbers of people, LEAST or more in each; the ends are rounded, and the outermost people are in none."""
    known = sorted(values)
    inner = known[LEAST - 1 : len(known) - LEAST + 1]
    size = max(LEAST, -(-len(inner) // BINS))
    parts = [inner[start : start + size] for start in range(0, len(inner), size)]
    if len(parts) > 1 and len(parts[-1]) < LEAST:
        parts[-2:] = [parts[-2] + parts[-1]]
    return [(rough(part[0]), rough(part[-1])) for part in parts if len(part) >= LEAST]


def rough(value: float) -> float:
    """A number with two digits that count."""
    return float(f"{value:.1e}")


def some_number(ranges: Sequence[tuple[float, float]], whole: bool, chance: Random) -> float | None:
    """A number from one of the ranges; None where there are none."""
    if not ranges:
        return None
    low, high = chance.choice(ranges)
    return chance.randint(int(low), max(int(low), int(high))) if whole else round(chance.uniform(low, high), 2)


def month_of(day: date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def some_day(month: int, chance: Random) -> date:
    """A day near a month: up to three weeks before its beginning or after its middle."""
    return date.fromordinal(date(month // 12, month % 12 + 1, 1).toordinal() + chance.randint(-21, 36))


FILLER: Final = ("lorem", "ipsum", "dolor", "sit", "amet", "elitr", "sed", "diam", "nonumy", "eirmod", "tempor", "invidunt", "labore")


def filler(letters: int, chance: Random) -> str:
    """A text that says nothing, about as long."""
    text = ""
    while len(text) < letters:
        text += f" {chance.choice(FILLER)}" if text else chance.choice(FILLER)
    return text[: max(letters, 1)].strip() or "x"


def length_of(text: str) -> int:
    """The length of a text, roughly: 1, 2, 4, 8 …"""
    return 1 << max(0, len(text) - 1).bit_length()

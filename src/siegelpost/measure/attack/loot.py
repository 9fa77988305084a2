"""What somebody inside has: database, spool, the table of the edge, what was sent and when, and every report that was ever shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from siegelpost.measure.rules import K

Target = tuple[int, int]
"""Variant and position, as in the table of the edge."""
ENOUGH: Final = K
"""So many people of a group are known by number at most: more of them would only make it larger."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Somebody in `people` did it, and nobody else can have."""

    people: frozenset[int]
    what: str

    @property
    def tells(self) -> bool:
        """Whether the group is so small that it says something about each of them."""
        return 0 < len(self.people) < K


@dataclass(frozen=True, slots=True)
class Row:
    """What was counted of a target from `begin` on for `seconds`; `kind` where a row says that, too, as of device and client."""

    target: Target
    begin: int
    seconds: int
    n: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that somebody could read in a report: of whom (at most ENOUGH of them), how many acted, and when it was shown.

    left  how many of the audience did not act, where the figure is one of people; None for requests
    """

    audience: frozenset[int]
    value: int
    at: int = 0
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures that were shown beside each other; `alone` are people (at most ENOUGH) in one of the two audiences only."""

    value: int
    other: int
    alone: frozenset[int]


@dataclass(frozen=True, slots=True)
class Loot:
    """Everything about one mailing.

    arrivals  begin of a span of time -> people (at most ENOUGH) who got measured addresses in it; own people may be left out
    urls      person -> measured addresses in their message, for those whose message was made again
    targets   measured address -> target, and where it leads
    kinds     person -> kind of device and client, as far as somebody inside may know it
    own       people whose addresses are the tenant's own: whoever pads an audience knows what they did
    known     person -> texts by which the product might have hashed them
    salts     everything that lies there and may be a salt or a key
    kept      everything that measuring wrote and that may be a hash
    """

    arrivals: Mapping[int, frozenset[int]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    urls: Mapping[int, frozenset[str]] = field(default_factory=dict)
    targets: Mapping[str, tuple[Target, str]] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)
    own: frozenset[int] = frozenset()
    known: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    salts: frozenset[bytes] = frozenset()
    kept: frozenset[bytes] = frozenset()
    shown: tuple[Shown, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def asked(self) -> dict[Target, int]:
        """Target -> requests."""
        found: dict[Target, int] = {}
        for row in self.rows:
            found[row.target] = found.get(row.target, 0) + row.n
        return found

    def arrived(self, begin: int, end: int) -> frozenset[int]:
        """People who got it from `begin` on and before `end`."""
        return frozenset().union(*(people for moment, people in self.arrivals.items() if begin <= moment < end))

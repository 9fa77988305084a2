"""What a segment is made of: conditions on one person, joined by "and", "or" and "not". Frozen, comparable, pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

EQUAL: Final = "="
ORDERS: Final = ("<", "<=", ">", ">=")
CONTAINS: Final = "contains"
STARTS: Final = "starts with"
ENDS: Final = "ends with"
PARTS: Final = (CONTAINS, STARTS, ENDS)
SINCE: Final = "since"
BEFORE: Final = "before"
UNITS: Final = ("days", "weeks", "months", "years")

EMAIL: Final = "email"
LANGUAGE: Final = "language"
CAME: Final = "came"
"""When somebody was stored; the two before are reserved as names of fields, this one is written `field.came` where it is one."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A day counted from today: `amount` (may be negative) of one of UNITS."""

    amount: int
    unit: str = "days"


Day = date | Relative
Value = str | int | float | bool | Day


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold; at least two."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them holds; at least two."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold: whoever has no value is among those of whom it does not."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field beside a value; operator is EQUAL, one of ORDERS or one of PARTS. A field without a value fits nothing."""

    field: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field has one of these values."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """A field has no value."""

    field: str


@dataclass(frozen=True, slots=True)
class Recurs:
    """The day of the year of a date comes round from today on within so many days, 0 (today) to 365."""

    field: str
    days: int


@dataclass(frozen=True, slots=True)
class Came:
    """Stored BEFORE a day, or SINCE: on it or later."""

    when: str
    day: Day


@dataclass(frozen=True, slots=True)
class OnList:
    """On a list (its number, or its name as somebody typed it), perhaps BEFORE or SINCE a day."""

    list: int | str
    when: str = ""
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """Has a consent that holds for a list, perhaps given BEFORE or SINCE a day."""

    list: int | str
    when: str = ""
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class Got:
    """Got this mailing: the server of the recipient has taken it."""

    mailing: int


@dataclass(frozen=True, slots=True)
class GotSince:
    """Got any mailing that was launched on this day or later."""

    day: Day


@dataclass(frozen=True, slots=True)
class InSegment:
    """In another segment (its number, or its name as somebody typed it)."""

    segment: int | str


Leaf = Compare | OneOf | Empty | Recurs | Came | OnList | Agreed | Got | GotSince | InSegment
Node = Every | Either | Not | Leaf

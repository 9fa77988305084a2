"""Whether a condition fits what a tenant has; names of lists and segments become numbers, which a new name does not change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from siegelpost.segment.errors import (
    ConditionUnfit,
    SegmentCircle,
    SegmentFieldUnknown,
    SegmentListUnknown,
    SegmentMailingUnknown,
    SegmentPartUnknown,
)
from siegelpost.segment.known import Known
from siegelpost.segment.normal import normal
from siegelpost.segment.scan import too_much
from siegelpost.segment.tree import (
    EMAIL,
    ENDS,
    EQUAL,
    LANGUAGE,
    ORDERS,
    PARTS,
    Agreed,
    Compare,
    Either,
    Empty,
    Every,
    Got,
    InSegment,
    Node,
    Not,
    OneOf,
    OnList,
    Recurs,
    Relative,
    Value,
)

NUMBER: Final = "number"
DATE: Final = "date"
BOOLEAN: Final = "boolean"
MOST_IN_ALL: Final = 500
"""Conditions of a segment with all that it is made of; SQLite takes an expression of 1,000 levels."""
MOST_DEEP_PARTS: Final = 10
"""Segments within segments."""


def check(node: Node, known: Known, *, own: int | None = None) -> Node:
    """Return the condition with numbers for names.

    own  number of the segment that is changed, which must not be a part of itself

    Raises SegmentFieldUnknown, SegmentListUnknown, SegmentPartUnknown, SegmentMailingUnknown, SegmentCircle, ConditionUnfit, TooMuch.
    """
    found = _resolved(node, known)
    _Walk(known, [own] if own is not None else []).weigh(found)
    normal(found, known)
    return found


def kind_of(field: str, known: Known) -> str:
    """The kind of a field, EMAIL and LANGUAGE for those that everybody has. Raises SegmentFieldUnknown."""
    kind = field if field in (EMAIL, LANGUAGE) else known.fields.get(field)
    if kind is None:
        raise SegmentFieldUnknown(field=field)
    return kind


def _resolved(node: Node, known: Known) -> Node:
    match node:
        case Every(parts):
            return Every(tuple(_resolved(one, known) for one in parts))
        case Either(parts):
            return Either(tuple(_resolved(one, known) for one in parts))
        case Not(part):
            return Not(_resolved(part, known))
        case Compare(field, operator, value):
            _fit(field, operator, value, known)
        case OneOf(field, values):
            for value in values:
                _fit(field, EQUAL, value, known)
        case Empty(field):
            kind_of(field, known)
        case Recurs(field, days):
            if kind_of(field, known) != DATE or days > 365:
                raise ConditionUnfit(field=field, operator="recurs", kind=kind_of(field, known))
        case OnList(number, when, day):
            return OnList(_number(number, known.lists, SegmentListUnknown, "list"), when, day)
        case Agreed(number, when, day):
            return Agreed(_number(number, known.lists, SegmentListUnknown, "list"), when, day)
        case Got(mailing) if mailing not in known.launched:
            raise SegmentMailingUnknown(mailing=mailing)
        case InSegment(number):
            return InSegment(_number(number, known.names, SegmentPartUnknown, "segment"))
    return node


def _fit(field: str, operator: str, value: Value, known: Known) -> None:
    """A value beside a field of its kind, by an operator that this kind has."""
    kind = kind_of(field, known)
    fits = {
        NUMBER: operator not in PARTS and isinstance(value, int | float) and not isinstance(value, bool),
        DATE: operator not in PARTS and isinstance(value, date | Relative),
        BOOLEAN: operator == EQUAL and isinstance(value, bool),
        EMAIL: operator == ENDS and isinstance(value, str) and value.find("@") < 1,  # whoever is erased stands in no segment
    }.get(kind, operator not in ORDERS and isinstance(value, str) and bool(value))
    if not fits:
        raise ConditionUnfit(field=field, operator=operator, kind=kind)


def _number(said: int | str, names: Mapping[int, str], unknown: type[SegmentListUnknown | SegmentPartUnknown], what: str) -> int:
    """The number of what somebody named; of two of one name neither is meant."""
    found = [number for number, name in names.items() if said in (number, name)]
    if len(found) != 1:
        raise unknown(**{what: said})
    return found[0]


@dataclass(slots=True)
class _Walk:
    """Through a condition and the segments that it is made of, each of which is weighed once: a part of a part multiplies."""

    known: Known
    inside: list[int]
    weights: dict[int, int] = field(default_factory=dict)

    def weigh(self, node: Node) -> int:
        """How many conditions the whole has. Raises SegmentCircle, SegmentPartUnknown, TooMuch."""
        match node:
            case Every(parts) | Either(parts):
                found = sum(self.weigh(one) for one in parts)
            case Not(part):
                found = self.weigh(part)
            case OneOf(_field, values):
                found = len(values)
            case InSegment(int(number)):
                found = self._of_segment(number)
            case _:
                found = 1
        if found > MOST_IN_ALL:
            raise too_much()
        return found

    def _of_segment(self, number: int) -> int:
        if number in self.inside:
            raise SegmentCircle
        if number not in self.known.segments:
            raise SegmentPartUnknown(segment=number)
        if number not in self.weights:
            if len(self.inside) >= MOST_DEEP_PARTS:
                raise too_much()
            self.inside.append(number)
            self.weights[number] = self.weigh(_resolved(self.known.segments[number], self.known))  # a part may no longer fit
            self.inside.pop()
        return self.weights[number]

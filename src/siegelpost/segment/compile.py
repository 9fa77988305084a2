"""From the tree of a segment to one condition in SQL, about a row `s` of the table of people; everything from outside is a parameter.

`not` is the complement: whoever has no value in a field is among those who do not have this value. SQL knows a third answer, so what
stands under a `not` is made yes or no first.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final, assert_never

from siegelpost.segment.check import BOOLEAN, DATE, NUMBER, kind_of
from siegelpost.segment.days import day_of, spans_of_year
from siegelpost.segment.dialect import DIALECTS, Dialect, Piece
from siegelpost.segment.known import Known
from siegelpost.segment.normal import normal
from siegelpost.segment.tree import (
    BEFORE,
    EMAIL,
    EQUAL,
    LANGUAGE,
    Agreed,
    Came,
    Compare,
    Day,
    Either,
    Empty,
    Every,
    Got,
    GotSince,
    InSegment,
    Leaf,
    Node,
    Not,
    OneOf,
    OnList,
    Recurs,
    Relative,
    Value,
)

NOBODY: Final[Piece] = ("1 = 0", ())
_COLUMNS: Final = {EMAIL: "s.email", LANGUAGE: "s.language"}
_MEMBER: Final = "FROM audience_membership m WHERE m.list_id = %s"
_RUNNING: Final = "FROM consent_consent c WHERE c.list_id = %s AND c.withdrawn_at IS NULL AND c.purpose = 'newsletter'"
_SENT: Final = "FROM delivery_delivery d WHERE d.mailing_id = %s AND d.state = 'sent'"


@dataclass(frozen=True, slots=True)
class Moment:
    """From when days are counted: the day that it is where the tenant is."""

    today: date
    zone: tzinfo

    def begin(self, day: Day) -> datetime:
        """The moment at which a day begins there."""
        return datetime.combine(day_of(day, self.today), time.min, self.zone)


def compiled(node: Node, known: Known, moment: Moment, vendor: str) -> Piece:
    """The condition as SQL with %s, and its parameters in order.

    node    checked against the same `known` (check.check)
    vendor  "sqlite" or "postgresql"

    Raises TooMuch.
    """
    return _Compiler(known, moment, DIALECTS[vendor]).condition(normal(node, known))


@dataclass(frozen=True, slots=True)
class _Compiler:
    known: Known
    moment: Moment
    dialect: Dialect

    def condition(self, node: Node) -> Piece:
        match node:
            case Every(parts):
                return _joined(" AND ", [self.condition(one) for one in parts])
            case Either(parts):
                return _joined(" OR ", [self.condition(one) for one in parts])
            case Not(part):
                text, values = self.condition(part)
                return f"NOT COALESCE({text}, FALSE)", values
        return self._leaf(node)

    def _leaf(self, node: Leaf) -> Piece:
        match node:
            case Compare(field, operator, value):
                return self._compared(field, operator, value)
            case OneOf(field, values):
                return _joined(" OR ", [self._compared(field, EQUAL, one) for one in values])
            case Empty(field):
                return (f"{_COLUMNS[field]} = ''", ()) if field in _COLUMNS else self.dialect.missing(field)
            case Recurs(field, days):
                text, where = self.dialect.text(field)
                spans = spans_of_year(self.moment.today, days)
                return _joined(" OR ", [(f"SUBSTR({text}, 6) BETWEEN %s AND %s", (*where, *span)) for span in spans])
            case Came(when, day):
                return f"s.created_at {_sign(when)} %s", (self._begin(day),)
            case OnList(number, when, day):
                return self._among(_MEMBER, "m", "added_at", (number,), when, day)
            case Agreed(number, when, day):
                return self._among(_RUNNING, "c", "granted_at", (number,), when, day)
            case Got(mailing):
                return self._among(_SENT, "d", "", (mailing,))
            case GotSince(day):
                first = day_of(day, self.moment.today)
                mailings = sorted(number for number, launched in self.known.launched.items() if launched >= first)
                return _joined(" OR ", [self._among(_SENT, "d", "", (one,)) for one in mailings]) if mailings else NOBODY
            case InSegment():
                raise TypeError("other segments are written out by then")
        assert_never(node)

    def _among(self, inner: str, table: str, column: str, values: tuple[object, ...], when: str = "", day: Day | None = None) -> Piece:
        if day is not None:
            inner, values = f"{inner} AND {table}.{column} {_sign(when)} %s", (*values, self._begin(day))
        return self.dialect.has(inner, f"{table}.subscriber_id"), values

    def _begin(self, day: Day) -> object:
        return self.dialect.moment(self.moment.begin(day))

    def _compared(self, field: str, operator: str, value: Value) -> Piece:
        if field in _COLUMNS:
            return self.dialect.spelled((_COLUMNS[field], ()), operator, str(value))
        kind = kind_of(field, self.known)
        if kind == NUMBER and isinstance(value, int | float):
            return self.dialect.number(field, operator, value)
        if kind == BOOLEAN:
            return self.dialect.is_yes(field, bool(value))
        if kind == DATE and isinstance(value, date | Relative):
            text, where = self.dialect.text(field)
            return f"{text} {operator} %s", (*where, day_of(value, self.moment.today).isoformat())
        return self.dialect.spelled(self.dialect.text(field), operator, str(value))


def _sign(when: str) -> str:
    return "<" if when == BEFORE else ">="


def _joined(word: str, pieces: list[Piece]) -> Piece:
    return f"({word.join(text for text, _values in pieces)})", tuple(value for _text, values in pieces for value in values)

"""What a condition means, said once more in Python over people in memory: the databases must say the same."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from siegelpost.segment.compile import Moment
from siegelpost.segment.days import day_of
from siegelpost.segment.known import Known
from siegelpost.segment.spelling import fits
from siegelpost.segment.tree import (
    Agreed,
    Came,
    Compare,
    Either,
    Empty,
    Every,
    Got,
    GotSince,
    InSegment,
    Node,
    Not,
    OneOf,
    OnList,
    Recurs,
    Value,
)


@dataclass
class Someone:
    """One person: fields, and list -> when they joined, list -> when they agreed, mailings that they got."""

    email: str
    came: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    joined: dict[int, datetime] = field(default_factory=dict)
    agreed: dict[int, datetime] = field(default_factory=dict)
    running: dict[int, datetime] = field(default_factory=dict)
    """Of `agreed` those that were not taken back."""
    got: set[int] = field(default_factory=set)


def belongs(one: Someone, node: Node, known: Known, moment: Moment) -> bool:
    """Whether somebody is in a segment."""
    match node:
        case Every(parts):
            return all(belongs(one, part, known, moment) for part in parts)
        case Either(parts):
            return any(belongs(one, part, known, moment) for part in parts)
        case Not(part):
            return not belongs(one, part, known, moment)
        case InSegment(int(number)):
            return belongs(one, known.segments[number], known, moment)
        case Compare(name, operator, value):
            return _compare(_of(one, name), operator, value, moment)
        case OneOf(name, values):
            return any(_compare(_of(one, name), "=", value, moment) for value in values)
        case Empty(name):
            return _of(one, name) in (None, "")
        case Recurs(name, days):
            return _recurs(_of(one, name), days, moment.today)
        case Came(when, day):
            return _when(one.came, when, day, moment)
        case OnList(int(number), when, day):
            return number in one.joined and (day is None or _when(one.joined[number], when, day, moment))
        case Agreed(int(number), when, day):
            return number in one.running and (day is None or _when(one.running[number], when, day, moment))
        case Got(mailing):
            return mailing in one.got
        case GotSince(day):
            return any(known.launched[mailing] >= day_of(day, moment.today) for mailing in one.got)
    raise AssertionError(node)


def _of(one: Someone, name: str) -> Any:
    return {"email": one.email, "language": one.language}.get(name, one.fields.get(name))


def _compare(has: Any, operator: str, value: Value, moment: Moment) -> bool:
    if has is None:
        return False
    if isinstance(value, bool):
        return has is value
    if isinstance(value, str):
        return isinstance(has, str) and fits(operator, has, value)
    if isinstance(value, int | float):
        if not isinstance(has, int | float):
            return False
    else:
        has, value = date.fromisoformat(has), day_of(value, moment.today)
    answers = {"=": has == value, "<": has < value, "<=": has <= value, ">": has > value, ">=": has >= value}
    return bool(answers[operator])


def _when(at: datetime, when: str, day: Any, moment: Moment) -> bool:
    begin = moment.begin(day)
    return at < begin if when == "before" else at >= begin


def _recurs(has: str | None, days: int, today: date) -> bool:
    """Day by day, as somebody with a calendar would."""
    if not has:
        return False
    born = date.fromisoformat(has)
    for ahead in range(days + 1):
        day = date.fromordinal(today.toordinal() + ahead)
        missing = (born.month, born.day) == (2, 29) and (day.month, day.day) == (2, 28) and (day.year % 4 or day.year == 2100)
        if (born.month, born.day) == (day.month, day.day) or missing:
            return True
    return False

"""From the tree of a segment to its text: `parse` reads it back to the same tree."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from siegelpost.segment.parse import FIELD, KEYWORDS
from siegelpost.segment.tree import (
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
    Node,
    Not,
    OneOf,
    OnList,
    Recurs,
    Value,
)

_LOOSE: Final = 0
_AND: Final = 1
_TIGHT: Final = 2
Names = Mapping[int, str]


def show(node: Node, *, lists: Names | None = None, segments: Names | None = None) -> str:
    """Write a condition; lists and segments by name where one is given, else by number."""
    return _show(node, _LOOSE, lists or {}, segments or {})


def _show(node: Node, binds: int, lists: Names, segments: Names) -> str:
    """binds  how tightly what stands around it binds: decides about brackets."""
    match node:
        case Either(parts):
            text = " or ".join(_show(one, _AND, lists, segments) for one in parts)
            return f"({text})" if binds > _LOOSE else text
        case Every(parts):
            text = " and ".join(_show(one, _TIGHT, lists, segments) for one in parts)
            return f"({text})" if binds > _AND else text
        case Not(Empty(field)):
            return f"{_field(field)} is not empty"
        case Not(part):
            return f"not {_show(part, _TIGHT, lists, segments)}"
    return _leaf(node, lists, segments)


def _leaf(node: Node, lists: Names, segments: Names) -> str:
    match node:
        case Compare(field, operator, value):
            return f"{_field(field)} {operator} {_value(value)}"
        case OneOf(field, values):
            return f"{_field(field)} in ({', '.join(_value(one) for one in values)})"
        case Empty(field):
            return f"{_field(field)} is empty"
        case Recurs(field, days):
            return f"{_field(field)} recurs within {days} days"
        case Came(when, day):
            return f"came {when} {_day(day)}"
        case OnList(number, when, day) | Agreed(number, when, day):
            word = "list" if isinstance(node, OnList) else "agreed"
            return " ".join([f"{word} {_named(number, lists)}", *([f"{when} {_day(day)}"] if day else [])])
        case Got(mailing):
            return f"got {mailing}"
        case GotSince(day):
            return f"got since {_day(day)}"
        case InSegment(number):
            return f"segment {_named(number, segments)}"
    raise TypeError(type(node).__name__)


def _field(name: str) -> str:
    return FIELD + name if name in KEYWORDS else name


def _named(number: int | str, names: Names) -> str:
    """By name only where that name is nobody else's."""
    name = number if isinstance(number, str) else names.get(number, "")
    if isinstance(number, int) and sum(one == name for one in names.values()) != 1:
        return str(number)
    return _quoted(name)


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int):
        return str(value)
    return f"{value:.10f}".rstrip("0") + ("0" if value.is_integer() else "") if isinstance(value, float) else _day(value)


def _day(day: Day) -> str:
    if isinstance(day, date):
        return day.isoformat()
    if not day.amount:
        return "today"
    return f"today {'-' if day.amount < 0 else '+'} {abs(day.amount)} {day.unit}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

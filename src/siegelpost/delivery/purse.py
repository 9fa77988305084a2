"""Takes messages out of what is allowed, in blocks that one process holds for its slice.

The limits and what is used of them lie in the control database, so that all processes of all tenants agree. A process that is
killed loses its block, never more; what was taken and not sent is given back.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from siegelpost.delivery import pace_rules as rules
from siegelpost.delivery.limits import limits_set, receivers_name
from siegelpost.delivery.pace.models import Gauge
from siegelpost.delivery.pace_rules import Limits
from siegelpost.tenancy.handle import control_store

FRESH_SECONDS: Final = 1.0
"""So old may be what a process knows of the limits; one small query."""
FIELDS: Final = ("second", "hour", "day", "used", "step")


@dataclass(slots=True)
class Grant:
    """A block: what may be claimed, and how the gauges stood after it was taken.

    n       messages in all
    groups  of these at most so many to each group of receiving domains
    within  seconds within which they have to begin, because the day ends or a window closes; None where neither does
    """

    n: int
    groups: dict[int, int] = field(default_factory=dict)
    within: float | None = None
    marks: dict[str, tuple[Limits, rules.Gauge]] = field(default_factory=dict)

    @property
    def counts_days(self) -> bool:
        """Whether it is a part of what may go out today."""
        return any(limits.per_day or limits.steps for limits, _gauge in self.marks.values())

    def worth_asking(self, now: int, groups: Collection[int]) -> int:
        """From when on there is enough for another block to any of these groups (0 is everybody else); moments as in pace_rules."""
        own = {receivers_name(group) for group in self.groups}
        again = {name: rules.worth_asking(limits, gauge, now) for name, (limits, gauge) in self.marks.items()}
        of_groups = min((again.get(receivers_name(group), now) for group in groups), default=now)
        return max([of_groups, *(moment for name, moment in again.items() if name not in own)])


class Purse:
    """One per process."""

    def __init__(self) -> None:
        self._limits: dict[str, Limits] = {}
        self._read_at = float("-inf")

    def limits(self) -> Mapping[str, Limits]:
        """All limits that somebody set, by name; at most FRESH_SECONDS old."""
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            self._limits = limits_set()
            self._read_at = time.monotonic()
        return self._limits

    def take(self, wanted: int, shared: Mapping[str, Limits], groups: Mapping[int, Limits], now: int, day: int) -> Grant:
        """Take a block of at most `wanted` messages that all of `shared` allow.

        groups  limits of groups of receiving domains; each gets its own part, which may be nothing
        now     nanoseconds since 1970
        day     number of the day in the time zone of the installation
        """
        everything = {**shared, **{receivers_name(group): limits for group, limits in groups.items() if limits}}
        if not everything:
            return Grant(wanted, dict.fromkeys(groups, wanted))
        with control_store.atomic():
            rows = _locked(everything)
            stand = {name: rules.at(limits, rows[name], now, day) for name, limits in everything.items()}
            rooms = {name: room for name, limits in everything.items() if (room := rules.room(limits, stand[name], now)) is not None}
            n = min([wanted, *(rooms.get(name, wanted) for name in shared)])
            parts = {group: min(n, rooms.get(receivers_name(group), n)) for group in groups}
            amounts = {**dict.fromkeys(shared, n), **{receivers_name(group): part for group, part in parts.items()}}
            after = {name: rules.taken(limits, stand[name], amounts[name], now) for name, limits in everything.items()}
            _write(rows, after)
        return Grant(n, parts, marks={name: (limits, after[name]) for name, limits in everything.items()})

    def give_back(self, grant: Grant, n: int, groups: Mapping[int, int], now: int) -> None:
        """Give back what was not sent: n of the block, and of its parts for groups."""
        amounts = dict.fromkeys(grant.marks, n) | {receivers_name(group): part for group, part in groups.items()}
        amounts = {name: amount for name, amount in amounts.items() if amount > 0 and name in grant.marks}
        if not amounts:
            return
        with control_store.atomic():
            rows = _locked(amounts)
            after = {}
            for name, amount in amounts.items():
                limits, then = grant.marks[name]
                after[name] = rules.returned(limits, rows[name], amount, then, now)
            _write(rows, after)
        for name, amount in amounts.items():
            limits, then = grant.marks[name]
            grant.marks[name] = limits, rules.shortened(limits, then, amount)


def gauges(names: Iterable[str]) -> dict[str, rules.Gauge]:
    """How much is used under these names."""
    found = _gauges(control_store.objects(Gauge).filter(name__in=list(names)).values_list("name", *FIELDS))
    return {name: found.get(name, rules.NEW) for name in names}


def forget_gauges(now: int, day: int) -> int:
    """Remove what mailings used of their own limits, three days after the last message; returns how many."""
    old = now - 3 * 24 * rules.HOUR
    with control_store.atomic():
        rows = control_store.objects(Gauge).filter(name__contains="/mailing:", second__lt=old, hour__lt=old, day__lt=day - 3)
        return rows.delete()[0]


def _locked(names: Iterable[str]) -> dict[str, rules.Gauge]:
    """What stands under these names, made where it is missing, in one order so that two processes never wait for each other."""
    wanted = sorted(names)
    rows = control_store.objects(Gauge).select_for_update().filter(name__in=wanted).order_by("name").values_list("name", *FIELDS)
    found = _gauges(rows)
    if len(found) < len(wanted):
        control_store.objects(Gauge).bulk_create([Gauge(name=name) for name in wanted if name not in found], ignore_conflicts=True)
        found = _gauges(rows.all())
    return found


def _gauges(rows: Iterable[tuple[Any, ...]]) -> dict[str, rules.Gauge]:
    return {name: rules.Gauge(second=second, hour=hour, day=day, used=used, step=step) for name, second, hour, day, used, step in rows}


def _write(before: Mapping[str, rules.Gauge], after: Mapping[str, rules.Gauge]) -> None:
    for name, gauge in after.items():
        if gauge != before[name]:
            values = {field: getattr(gauge, field) for field in FIELDS if getattr(gauge, field) != getattr(before[name], field)}
            control_store.objects(Gauge).filter(name=name).update(**values)

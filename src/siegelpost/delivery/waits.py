"""Why a mailing that runs sends nothing at this moment, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from siegelpost.base.i18n import marked as _
from siegelpost.consent.listed import states as lists
from siegelpost.consent.listed.gate import holds
from siegelpost.delivery import pace_rules as rules
from siegelpost.delivery import window_rules
from siegelpost.delivery.claim import due
from siegelpost.delivery.launch import last_of
from siegelpost.delivery.limits import brake_name, limits_of, limits_set, mailing_name, receivers_name, relay_name, tenant_name
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.delivery.purse import gauges
from siegelpost.delivery.statements import read
from siegelpost.tenancy.handle import TenantDB

WHY: Final[Mapping[str, str]] = {
    "relay": _("the relay is out of order; it is called again then"),
    "start": _("it starts by itself at that time"),
    "window": _("it may go out at certain times only"),
    "mailing": _("its own limit is used up"),
    "brake": _("it was slowed down after complaints or hard bounces"),
    "tenant": _("the limit of this tenant is used up"),
    "relay_limit": _("the limit of the relay is used up"),
    "warm_up": _("its sender is being warmed up, and today's step is used up"),
    "receivers": _("what is left goes to providers whose limit is used up"),
    "retry": _("the other servers asked us to come back later"),
    **lists.WHY,
}
"""Key `waits_for` of `mailing status --json` -> words, to stand behind a colon."""
NOBODY_KNOWS: Final = datetime.max.replace(tzinfo=UTC)
WORTH_SAYING: Final = timedelta(seconds=5)
"""A limit of some messages per second holds each of them up a little; that is its pace, not a wait."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing begins before `until`, NOBODY_KNOWS where a person must do something first; `why` is a key of WHY."""

    until: datetime
    why: str

    @property
    def ends(self) -> datetime | None:
        """When it ends, None where nobody knows."""
        return None if self.until == NOBODY_KNOWS else self.until


def wait_of(tenant: TenantDB, plan: LaunchPlan, numbers: Mapping[str, int], *, zone: tzinfo, now: datetime, relay: str = "") -> Wait | None:
    """What a mailing in the state "sending" waits for, None where it is being sent or has nothing left.

    numbers  its counters
    zone     in which days begin
    relay    label of the one through which it goes
    """
    if numbers["claimed"] or not numbers["due"] + numbers["retry"]:
        return None
    if held := holds(tenant, lambda: last_of(tenant, plan.mailing_id), int(now.timestamp())):
        return Wait(NOBODY_KNOWS, held)
    found = [one for one in (_window(plan, now), _limits(tenant, plan, relay, zone, now), _rows(tenant, plan, zone, now)) if one]
    last = max(found, key=lambda one: one.until, default=None)
    return last if last and last.until - now >= WORTH_SAYING else None


def _window(plan: LaunchPlan, now: datetime) -> Wait:
    return Wait(window_rules.opens_at(plan.pace.windows, now, ZoneInfo(plan.pace.zone)), "window")


def _limits(tenant: TenantDB, plan: LaunchPlan, relay: str, zone: tzinfo, now: datetime) -> Wait | None:
    """The limit that holds it up for the longest time."""
    of_all = limits_of(tenant, plan, limits_set(), relay)
    used = gauges(of_all)
    why = {
        relay_name(relay): "relay_limit",
        tenant_name(tenant): "tenant",
        mailing_name(tenant, plan.mailing_id): "mailing",
        brake_name(tenant, plan.mailing_id): "brake",
    }
    waits = [(_again(limits, used[name], zone, now), why.get(name, "warm_up")) for name, limits in of_all.items()]
    return Wait(*max(waits, key=lambda one: one[0])) if waits else None


def _rows(tenant: TenantDB, plan: LaunchPlan, zone: tzinfo, now: datetime) -> Wait | None:
    """Where what is due goes to groups of receiving domains alone, or nothing is due yet."""
    open_groups = due(tenant, plan.mailing_id, plan.groups, int(now.timestamp()))
    if not open_groups:
        first = read(tenant, "next_due", mailing=plan.mailing_id)[0][0]
        return Wait(datetime.fromtimestamp(first, UTC), "retry") if first is not None else None
    if 0 in open_groups:
        return None
    known = limits_set()
    names = [receivers_name(group) for group in open_groups]
    used = gauges(names)
    return Wait(min(_again(known.get(name, Limits()), used[name], zone, now) for name in names), "receivers")


def _again(limits: Limits, gauge: rules.Gauge, zone: tzinfo, now: datetime) -> datetime:
    """From when on a limit lets one more message begin."""
    moment = int(now.timestamp()) * rules.SECOND + now.microsecond * 1000
    today = rules.at(limits, gauge, moment, now.astimezone(zone).toordinal())
    if rules.room(limits, today, moment) != 0:
        return now
    again = datetime.fromtimestamp(rules.flows_again(limits, today, moment) / rules.SECOND, UTC)
    days = Limits(per_day=limits.per_day, steps=limits.steps)
    return max(again, window_rules.next_day(now, zone)) if rules.room(days, today, moment) == 0 else again

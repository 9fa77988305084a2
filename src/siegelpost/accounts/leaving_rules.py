"""When somebody who leaves is out, whom a tenant needs before that, and when a task of an off-boarding is late. Pure."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HOUSE: Final = 0
"""In the place of a tenant's number: somebody leaves all of them, and the operator. No tenant has this number."""
ACCESS, ENTRY, EQUIPMENT = "access", "entry", "equipment"
KINDS: Final = (ACCESS, ENTRY, EQUIPMENT)
"""What the system cannot end by itself: logins elsewhere (control 1.2-12), doors (1.2-13), things to hand back (1.2-14)."""
DUE_AFTER: Final = {ACCESS: 0, ENTRY: 0, EQUIPMENT: 7}
"""Days after the last one; of whoever says nothing else. Logins and doors end with it, a parcel takes a week."""
GRACE: Final = {ACCESS: 1, ENTRY: 1, EQUIPMENT: 7}
"""For so many days after it was due a task is late; from then on it is an alarm (controls 1.2-12 to 1.2-14)."""
IN_TIME, LATE, ALARM = "in_time", "late", "alarm"
EARLIEST: Final = timedelta(days=366)
LATEST: Final = timedelta(days=5 * 366)
"""So far from today a last day may lie; beyond it is a slip of the hand, and a slip into the past would act at once."""


def ends_at(last_day: date, zone: ZoneInfo) -> datetime:
    """The moment from which nothing opens any more (UTC): midnight after the last day, where the installation's days begin."""
    return datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)


def is_plausible(last_day: date, today: date) -> bool:
    """Whether somebody may have meant this day."""
    return today - EARLIEST <= last_day <= today + LATEST


def due_on(last_day: date, days: int, today: date) -> date:
    """By when a task is to be done; where the last day is over already, counted from today."""
    return max(last_day, today) + timedelta(days=days)


def urgency(kind: str, due: date, today: date) -> str:
    """What an open task is worth: IN_TIME up to the end of its day, then LATE, then ALARM."""
    if today <= due:
        return IN_TIME
    return LATE if (today - due).days <= GRACE[kind] else ALARM


def heir_missing(admins: AbstractSet[int], leaver: int, heir: int | None) -> bool:
    """Whether a tenant would be left without anybody who administers it.

    admins  people who administer it and may log in
    heir    who takes over, None for nobody

    A tenant that had nobody before loses nobody.
    """
    rest = (admins - {leaver}) | ({heir} if heir is not None and heir != leaver else set())
    return leaver in admins and not rest

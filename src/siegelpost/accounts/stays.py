"""Sessions as their people know them: when one began, from where, whether it is locked."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from siegelpost.accounts.models import EntryRule, Person, Seat, Session
from siegelpost.accounts.stay_rules import LOCKED, LONGEST, NOTED, OVER, Stay, Trace, judge, shortest


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of somebody's sessions; `mark` names it without being its key."""

    mark: str
    began_at: datetime
    seen_at: datetime
    network: str
    browser: str
    locked: bool
    mine: bool
    """The one that asks."""


def look(key: str, trace: Trace, *, idle: timedelta, now: datetime) -> tuple[str, Stay]:
    """What the session with this key is worth now; one that is seen for the first time begins."""
    row = Session.objects.filter(pk=key).first()
    if row is None:
        return OVER, Stay(now, now, True, trace)
    if row.began_at is None:
        return begin(key, trace, now=now)
    stay = _stay(row)
    found = judge(stay, trace, idle=idle, now=now)
    if found == LOCKED and not stay.locked:
        lock(key, now=now)
    return found, stay


def begin(key: str, trace: Trace, *, now: datetime) -> tuple[str, Stay]:
    """The first page after the login."""
    row = {"network": trace.network, "browser": trace.browser, "agent": trace.agent}
    Session.objects.filter(pk=key, began_at=None).update(began_at=now, seen_at=now, **row)
    return "open", Stay(now, now, False, trace)


def seen(key: str, stay: Stay, *, now: datetime) -> None:
    """Its person did something."""
    if now - stay.seen_at >= NOTED:
        Session.objects.filter(pk=key, locked_at=None).update(seen_at=now)


def lock(key: str, *, now: datetime) -> None:
    """From now on the password is asked for; the first lock stays."""
    Session.objects.filter(pk=key, locked_at=None).update(locked_at=now)


def unlock(key: str, trace: Trace, *, now: datetime) -> None:
    """Its person has shown the password, or a passkey, from here."""
    row = {"network": trace.network, "browser": trace.browser, "agent": trace.agent}
    Session.objects.filter(pk=key).update(locked_at=None, seen_at=now, **row)


def idle_of(person: Person) -> timedelta:
    """After what time without a sign of life sessions of this person are locked: the shortest that one of their tenants asks for."""
    mine = Seat.objects.filter(person_id=person.pk).values_list("tenant_number", flat=True)
    rules = EntryRule.objects.all() if person.operator else EntryRule.objects.filter(tenant_number__in=list(mine))
    return shortest(list(rules.values_list("idle_minutes", flat=True)))


def sessions_of(person_id: int, *, mine: str, now: datetime) -> list[OwnSession]:
    """Somebody's sessions that are not over, the newest first; `mine` is the key of the one that asks."""
    rows = Session.objects.filter(person_id=person_id, began_at__gt=now - LONGEST).order_by("-began_at")
    return [
        OwnSession(_mark(row.pk), stay.began_at, stay.seen_at, row.network, row.browser, stay.locked, row.pk == mine)
        for row in rows
        for stay in (_stay(row),)
    ]


def end_one(person_id: int, mark: str) -> bool:
    """End one of somebody's sessions; False where it is over already."""
    keys = [key for key in Session.objects.filter(person_id=person_id).values_list("session_key", flat=True) if _mark(key) == mark]
    return bool(Session.objects.filter(pk__in=keys).delete()[0])


def _stay(row: Session) -> Stay:
    began = row.began_at
    assert began is not None  # noqa: S101 (asked for by both callers)
    return Stay(began, row.seen_at or began, row.locked_at is not None, Trace(row.network, row.browser, row.agent))


def _mark(key: str) -> str:
    return hashlib.sha256(f"mark {key}".encode()).hexdigest()[:16]

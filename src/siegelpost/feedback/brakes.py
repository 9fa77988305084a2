"""Mailings that too many people complained about or that bounced too often, and what was done about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from siegelpost.base.actor import Actor
from siegelpost.base.brakes import Level
from siegelpost.consent.rules import COMPLAINT
from siegelpost.evidence.services import append
from siegelpost.feedback.errors import Braked, NotBraked
from siegelpost.feedback.models import Event, MailingBrake
from siegelpost.feedback.rules import Verdict
from siegelpost.tenancy.handle import TenantDB

HARD: Final = Verdict.HARD.value
CAUSES: Final = (COMPLAINT, HARD)
WINDOW: Final = timedelta(days=7)
MAX_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeView:
    """One mailing at one receiving provider.

    receivers    name of a known provider, else the domain
    cause        one of CAUSES
    cases, of    complaints of messages that were taken, or hard bounces of messages that were answered
    released_at  from then on it is counted anew; None where nobody released it
    """

    mailing_id: int
    receivers: str
    cause: str
    level: Level
    cases: int
    of: int
    at: datetime
    released_at: datetime | None
    reason: str


def came_back(tenant: TenantDB, mailing_ids: Collection[int]) -> dict[int, int]:
    """How many complaints and hard bounces each of these mailings ever had; those without any are left out."""
    rows = tenant.objects(Event).filter(mailing_id__in=mailing_ids, kind__in=CAUSES)
    return dict(rows.values_list("mailing_id").annotate(n=Count("pk")))


def people_of(tenant: TenantDB, mailing_id: int, since: datetime) -> dict[str, set[int]]:
    """Who complained about a mailing, and for whom it bounced for good: ids by cause."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = tenant.objects(Event).filter(mailing_id=mailing_id, kind__in=CAUSES, at__gte=since, subscriber_id__isnull=False)
    for kind, subscriber_id in rows.values_list("kind", "subscriber_id"):
        if subscriber_id is not None:
            found[kind].add(subscriber_id)
    return found


def brakes_of(tenant: TenantDB, mailing_id: int | None = None) -> list[BrakeView]:
    """What was found about one mailing or all, the worst first; also what was released."""
    rows = tenant.objects(MailingBrake).order_by("-level", "-at", "pk")
    return [_view(row) for row in (rows if mailing_id is None else rows.filter(mailing_id=mailing_id))]


def ensure_not_braked(tenant: TenantDB, mailing_id: int) -> None:
    """Raises Braked where a mailing was stopped and no operator has released it."""
    row = tenant.objects(MailingBrake).filter(mailing_id=mailing_id, level=Level.STOP).order_by("pk").first()
    if row is not None:
        raise Braked(id=mailing_id, receivers=row.receivers)


def note_brakes(tenant: TenantDB, found: Iterable[BrakeView], *, actor: Actor) -> list[BrakeView]:
    """Keep what was found and return those whose level has changed. A stop stays until it is released. Inside `tenant.atomic()`."""
    changed = []
    for one in found:
        row = tenant.objects(MailingBrake).filter(mailing_id=one.mailing_id, receivers=one.receivers, cause=one.cause).first()
        before = Level(row.level) if row else Level.NONE
        if before is Level.STOP or (one.level is Level.NONE and before is Level.NONE):
            continue
        values = {"level": one.level, "cases": one.cases, "of": one.of, "at": one.at}
        tenant.objects(MailingBrake).update_or_create(mailing_id=one.mailing_id, receivers=one.receivers, cause=one.cause, defaults=values)
        if one.level is not before:
            changed.append(one)
            _write_down(tenant, "feedback.braked", one, {"level": one.level.name.lower()}, actor, one.at)
    return changed


def release(tenant: TenantDB, mailing_id: int, reason: str, *, actor: Actor, now: datetime) -> list[BrakeView]:
    """Let a mailing go on, and count anew; returns what was released. Inside `tenant.atomic()`. Raises NotBraked where nothing was."""
    held = [one for one in brakes_of(tenant, mailing_id) if one.level]
    if not held:
        raise NotBraked(id=mailing_id)
    rows = tenant.objects(MailingBrake).filter(mailing_id=mailing_id, level__gt=Level.NONE)
    rows.update(level=Level.NONE, released_at=now, reason=reason[:MAX_REASON])
    for one in held:
        _write_down(tenant, "feedback.brake_released", one, {"level": one.level.name.lower(), "reason": reason[:MAX_REASON]}, actor, now)
    return held


def _write_down(tenant: TenantDB, act: str, one: BrakeView, more: dict[str, str], actor: Actor, at: datetime) -> None:
    details = {"receivers": one.receivers, "cause": one.cause, "cases": one.cases, "of": one.of, **more}
    append(tenant, act, subject=f"mailing:{one.mailing_id}", details=details, actor=actor, at=at)


def _view(row: MailingBrake) -> BrakeView:
    return BrakeView(
        mailing_id=row.mailing_id,
        receivers=row.receivers,
        cause=row.cause,
        level=Level(row.level),
        cases=row.cases,
        of=row.of,
        at=row.at,
        released_at=row.released_at,
        reason=row.reason,
    )

"""A mailing that starts by itself: the promise, and taking it back. Who keeps the promise is the worker."""

from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.state import APPROVED, DRAFT, PAUSED, PREPARING, SCHEDULED, move
from siegelpost.tenancy.handle import TenantDB


def promise(tenant: TenantDB, mailing_id: int, start_at: datetime, *, frm: tuple[str, ...], actor: Actor, now: datetime) -> None:
    """Let a mailing start at a moment, inside an open transaction; from here on nobody writes. Raises StateRefused."""
    move(tenant, mailing_id, SCHEDULED, frm=frm, actor=actor, now=now)
    tenant.objects(Mailing).filter(pk=mailing_id).update(start_at=start_at)
    append(tenant, "mailing.start_set", subject=f"mailing:{mailing_id}", details={"at": start_at.isoformat()}, actor=actor, at=now)


def keep_pace(tenant: TenantDB, mailing_id: int, pace: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Keep how fast and when a mailing may go out, inside an open transaction; one that was launched stays as it was frozen."""
    rows = tenant.objects(Mailing).filter(pk=mailing_id, state__in=(DRAFT, APPROVED, SCHEDULED)).exclude(pace=pace)
    if rows.update(pace=pace):
        append(tenant, "mailing.pace_set", subject=f"mailing:{mailing_id}", details=pace, actor=actor, at=now)


def take_back(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Make it a draft again, inside an open transaction; the caller sees to it that nothing of it was frozen. Raises StateRefused."""
    move(tenant, mailing_id, DRAFT, frm=(SCHEDULED, PAUSED), actor=actor, now=now)
    tenant.objects(Mailing).filter(pk=mailing_id).update(start_at=None, pace={})


def start_of(tenant: TenantDB, mailing_id: int) -> datetime | None:
    """When a mailing starts or was to start by itself."""
    return tenant.objects(Mailing).filter(pk=mailing_id).values_list("start_at", flat=True).first()


def ripe(tenant: TenantDB, now: datetime) -> list[tuple[int, datetime]]:
    """Mailings whose start has come, with its moment, the earliest first; those whose launch was interrupted are among them."""
    rows = tenant.objects(Mailing).filter(state__in=(SCHEDULED, PREPARING), start_at__lte=now)
    return [(number, at) for number, at in rows.order_by("start_at", "pk").values_list("pk", "start_at") if at]

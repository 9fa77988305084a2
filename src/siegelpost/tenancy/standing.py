"""Whether a tenant works, tries things out, or has ended; and how many sub-accounts it may make. Who may say so is a flow's to ask."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siegelpost.tenancy.errors import EndImplausible
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import open_tenant

STAGES: Final = (14, 1)
"""Days before the end at which it is announced."""
OVER: Final = 0
"""The stage behind the end."""
LATEST: Final = timedelta(days=5 * 366)
"""So far away a last day may lie; beyond it is a slip of the hand."""


def end_of(last_day: date, zone: ZoneInfo, *, now: datetime) -> datetime:
    """The moment from which it is over (UTC): midnight after the last day, where the installation's days begin. Raises EndImplausible."""
    today = now.astimezone(zone).date()
    if not today <= last_day <= today + LATEST:
        raise EndImplausible
    return datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)


def stage(ends_at: datetime | None, told: int | None, *, now: datetime) -> int | None:
    """What is to be done now: the stage (days before the end, OVER behind it) that was reached and not yet seen to; None where none was."""
    if ends_at is None:
        return None
    reached = OVER if ends_at <= now else next((days for days in reversed(STAGES) if ends_at - now <= timedelta(days=days)), None)
    return reached if reached is not None and (told is None or reached < told) else None


def set_end(tenant: TenantDB, ends_at: datetime | None) -> TenantDB:
    """Let it end at a moment, or never; what was announced for another end is announced anew."""
    Tenant.objects.filter(number=tenant.number).update(ends_at=ends_at, end_told=None)
    return open_tenant(tenant.slug)


def set_test(tenant: TenantDB, test: bool) -> TenantDB:
    """Let it try things out, or work."""
    Tenant.objects.filter(number=tenant.number).update(test=test)
    return open_tenant(tenant.slug)


def set_sub_accounts(tenant: TenantDB, most: int) -> TenantDB:
    """Let it make so many sub-accounts by itself."""
    Tenant.objects.filter(number=tenant.number).update(sub_accounts=most)
    return open_tenant(tenant.slug)


def ripe(*, now: datetime) -> list[tuple[int, int]]:
    """Number of each tenant about whose end something is to be done, and the stage."""
    rows = Tenant.objects.exclude(ends_at=None).exclude(end_told=OVER).values_list("number", "ends_at", "end_told")
    found = [(number, stage(ends_at, told, now=now)) for number, ends_at, told in rows]
    return [(number, reached) for number, reached in found if reached is not None]


def note_told(tenant: TenantDB, reached: int) -> None:
    """That was done; nothing is noted where the end was changed meanwhile."""
    Tenant.objects.filter(number=tenant.number, ends_at=tenant.ends_at).update(end_told=reached)

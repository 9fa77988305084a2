"""Reading of many: how many people a program read on a day, and what more than the limit needs."""

from datetime import UTC, datetime
from typing import Final

from django.db.models import F

from siegelpost.accounts.approval_rules import REASON, tidy_reason
from siegelpost.accounts.approvals.errors import BulkReasonMissing, BulkRefused
from siegelpost.accounts.approvals.models import BulkReading
from siegelpost.accounts.approvals.standing import reading_limit
from siegelpost.base.actor import Actor
from siegelpost.tenancy.handle import TenantDB

BULK: Final = "bulk.export"
"""The right to take the data of more people than the limit."""


def ensure_may_take(tenant: TenantDB, people: int, reason: str, *, rights: frozenset[str]) -> None:
    """Refuse more people than the limit without the right, or without a reason. Raises BulkRefused, BulkReasonMissing."""
    limit = reading_limit(tenant)
    if people <= limit:
        return
    if BULK not in rights:
        raise BulkRefused(n=limit)
    if not tidy_reason(reason):
        raise BulkReasonMissing(n=limit, limit=REASON[-1])


def add_reading(tenant: TenantDB, people: int, *, actor: Actor, now: datetime) -> int:
    """Count what a program read, inside the transaction that notes it; returns how many that are today (UTC)."""
    day = now.astimezone(UTC).date()
    rows = tenant.objects(BulkReading).filter(actor=str(actor), day=day)
    if not rows.update(people=F("people") + people):
        tenant.objects(BulkReading).create(actor=str(actor), day=day, people=people)
    return rows.values_list("people", flat=True)[0]


def forget_readings(tenant: TenantDB, *, now: datetime) -> None:
    """Counts of days that are over."""
    with tenant.atomic():
        tenant.objects(BulkReading).filter(day__lt=now.astimezone(UTC).date()).delete()

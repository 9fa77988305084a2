"""Who may let the operator in was decided by a flow; here it is kept: what a tenant, or in an emergency two people, opened."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from siegelpost.tenancy.errors import AdmissionUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Admission, OperatorVisit
from siegelpost.tenancy.visit_rules import LONGEST, TENANT, WAITS, is_open

WAITING, OPEN, OVER, ENDED = "waiting", "open", "over", "ended"
"""States: an emergency waits for its second person, or for the log; may be used; is over; was ended by the tenant."""


@dataclass(frozen=True, slots=True)
class AdmissionView:
    """One of them; people by number, `until` None where nobody has agreed yet."""

    id: int
    tenant_number: int
    emergency: bool
    purpose: str
    asked_by: int
    asked_at: datetime
    agreed_by: int | None
    agreed_at: datetime | None
    until: datetime | None
    ended_at: datetime | None
    state: str


def begin(tenant: TenantDB, purpose: str, *, emergency: bool, by: int, now: datetime) -> int:
    """Note that somebody lets the operator in, or asks to be let in; it opens nothing before `open_until`."""
    row = Admission(tenant_number=tenant.number, emergency=emergency, purpose=purpose, asked_by=by, asked_at=now)
    row.save(force_insert=True)
    return int(row.pk)


def claim(admission_id: int, *, by: int, now: datetime) -> bool:
    """Say that somebody agrees to an emergency, once; False where another was first. It opens nothing yet."""
    return bool(Admission.objects.filter(pk=admission_id, agreed_at=None, ended_at=None).update(agreed_by=by, agreed_at=now))


def open_until(admission_id: int, until: datetime) -> None:
    """Open it: the tenant's log has it by now."""
    Admission.objects.filter(pk=admission_id, ended_at=None).update(until=until)


def end(admission_id: int, *, now: datetime) -> bool:
    """Let nobody in with it any more, and end the visits that run; False where it was ended before."""
    with transaction.atomic(using="default"):
        done = Admission.objects.filter(pk=admission_id, ended_at=None).update(ended_at=now)
        OperatorVisit.objects.filter(admission_id=admission_id, ended_at=None, until__gt=now).update(ended_at=now, how=TENANT)
    return bool(done)


def admission(tenant: TenantDB, admission_id: int, *, now: datetime) -> AdmissionView:
    """One of this tenant. Raises AdmissionUnknown, also for that of another tenant."""
    known = 0 < admission_id < 2**63
    row = Admission.objects.filter(pk=admission_id, tenant_number=tenant.number).first() if known else None
    if row is None:
        raise AdmissionUnknown
    return _view(row, now)


def admissions(tenant: TenantDB, *, now: datetime, limit: int = 200) -> list[AdmissionView]:
    """Those of a tenant, the newest first."""
    return [_view(row, now) for row in Admission.objects.filter(tenant_number=tenant.number).order_by("-pk")[:limit]]


def usable(*, now: datetime) -> list[AdmissionView]:
    """Of all tenants: those that are open, and the emergencies that wait."""
    rows = Admission.objects.filter(ended_at=None, asked_at__gt=now - LONGEST - WAITS).order_by("-pk")  # older ones are over
    return [one for one in (_view(row, now) for row in rows) if one.state in (WAITING, OPEN)]


def _view(row: Admission, now: datetime) -> AdmissionView:
    return AdmissionView(
        row.pk, row.tenant_number, row.emergency, row.purpose, row.asked_by, row.asked_at, row.agreed_by, row.agreed_at, row.until,
        row.ended_at, _state(row, now),
    )  # fmt: skip


def _state(row: Admission, now: datetime) -> str:
    if row.ended_at is not None:
        return ENDED
    if row.until is None:
        waits = row.emergency and row.agreed_at is None and row.asked_at <= now < row.asked_at + WAITS
        return WAITING if waits else OVER
    return OPEN if is_open(row.agreed_at or row.asked_at, row.until, row.ended_at, now=now) else OVER

"""Who of the operator is in another controller's tenant now, and who was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet

from siegelpost.tenancy.admissions import AdmissionView
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import OperatorVisit
from siegelpost.tenancy.visit_rules import BLOCKED, LEFT, OVER

A_MOMENT: Final = timedelta(minutes=1)
"""Whoever enters has got in by then, or never will."""


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit; `person_id` is None where the command line does not know who sits there, `how` is "" while it runs."""

    id: int
    admission_id: int
    tenant_number: int
    emergency: bool
    purpose: str
    person_id: int | None
    at_command_line: bool
    reason: str
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    how: str


def begin(used: AdmissionView, person_id: int | None, *, at_command_line: bool, reason: str, now: datetime) -> int:
    """Note that somebody enters; it opens nothing before `open_until`."""
    row = OperatorVisit(
        admission_id=used.id, tenant_number=used.tenant_number, person_id=person_id, at_command_line=at_command_line, reason=reason,
        opened_at=now, until=now,
    )  # fmt: skip
    row.save(force_insert=True)
    return int(row.pk)


def open_until(visit_id: int, until: datetime) -> None:
    """Open it: the tenant's log has it by now. One that was ended meanwhile, or whose approval was, stays shut."""
    OperatorVisit.objects.filter(pk=visit_id, ended_at=None, admission__ended_at=None).update(until=until)


def visit_of(tenant: TenantDB, person_id: int, *, now: datetime) -> VisitView | None:
    """The visit that this person may use in the pages now, None for everybody else: nobody uses that of a colleague."""
    return _first(OperatorVisit.objects.filter(_running(now), tenant_number=tenant.number, person_id=person_id, at_command_line=False))


def visit_of_command_line(tenant: TenantDB, *, now: datetime) -> VisitView | None:
    """The visit of the command line on the host."""
    return _first(OperatorVisit.objects.filter(_running(now), tenant_number=tenant.number, at_command_line=True))


def visits_of(person_id: int, *, now: datetime) -> dict[int, VisitView]:
    """Number of a tenant -> the visit that this person may use in its pages now."""
    rows = OperatorVisit.objects.filter(_running(now), person_id=person_id, at_command_line=False).select_related("admission")
    return {row.tenant_number: _view(row) for row in rows.order_by("until")}


def visits(tenant: TenantDB, *, limit: int = 200) -> list[VisitView]:
    """Those of a tenant, the newest first."""
    return [
        _view(row) for row in OperatorVisit.objects.filter(tenant_number=tenant.number).select_related("admission").order_by("-pk")[:limit]
    ]


def leave(visit_id: int, *, now: datetime) -> bool:
    """Its person ends it; False where it had ended."""
    return bool(OperatorVisit.objects.filter(pk=visit_id, ended_at=None, until__gt=now).update(ended_at=now, how=LEFT))


def end_of_person(person_id: int, *, now: datetime) -> int:
    """Somebody may not log in any more: their visits end, and at the command line those of an emergency they asked for or agreed to."""
    theirs = Q(admission__emergency=True, at_command_line=True) & (Q(admission__asked_by=person_id) | Q(admission__agreed_by=person_id))
    ids = OperatorVisit.objects.filter(Q(person_id=person_id) | theirs, ended_at=None).values_list("pk", flat=True)
    return OperatorVisit.objects.filter(pk__in=list(ids), ended_at=None).update(ended_at=now, how=BLOCKED)


def unsettled(tenants: Collection[int], *, now: datetime) -> list[VisitView]:
    """Visits in tenants of these numbers that are over, and of whose end the tenant's log knows nothing.

    The clock ends those that it finds over: for good.
    """
    here = OperatorVisit.objects.filter(tenant_number__in=tenants)
    begins = Q(until=F("opened_at"), opened_at__gt=now - A_MOMENT)
    here.filter(~begins, ended_at=None, until__lte=now).update(ended_at=now, how=OVER)
    rows = here.filter(settled=False, ended_at__isnull=False).select_related("admission").order_by("pk")
    return [_view(row) for row in rows]


def settle(visit_id: int) -> None:
    """The tenant's log has its end."""
    OperatorVisit.objects.filter(pk=visit_id).update(settled=True)


def _running(now: datetime) -> Q:
    return Q(ended_at=None, opened_at__lte=now, until__gt=now)


def _first(rows: QuerySet[OperatorVisit]) -> VisitView | None:
    row = rows.select_related("admission").order_by("-until").first()
    return _view(row) if row else None


def _view(row: OperatorVisit) -> VisitView:
    return VisitView(
        row.pk, row.admission_id, row.tenant_number, row.admission.emergency, row.admission.purpose, row.person_id, row.at_command_line,
        row.reason, row.opened_at, row.until, row.ended_at, row.how,
    )  # fmt: skip

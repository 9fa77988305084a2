"""Who leaves, how far it is, and what is left to do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from siegelpost.accounts.leaving_errors import LeavingUnknown
from siegelpost.accounts.leaving_rules import KINDS, urgency
from siegelpost.accounts.models import Leaving, LeavingTask
from siegelpost.accounts.reads import names_of

PLANNED: Final = "planned"
HELD: Final = "held"
"""Its time has come and it could not be carried out: nobody would administer a tenant."""
OPEN: Final = "open"
"""Everything was taken away; tasks are left."""
CLOSED: Final = "closed"
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task; `urgency` is that of `leaving_rules`, "" for one that is done. `by` as an actor writes itself."""

    id: int
    kind: str
    words: str
    due_on: date
    urgency: str
    done_at: datetime | None
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One off-boarding; `tenant_number` 0 for the house."""

    id: int
    person_id: int
    name: str
    email: str
    tenant_number: int
    last_day: date
    ends_at: datetime
    state: str
    by: str
    heir: str
    created_at: datetime
    acted_at: datetime | None
    returned_at: datetime | None
    tasks: tuple[TaskView, ...]

    @property
    def left(self) -> int:
        """Tasks that nobody did."""
        return sum(one.done_at is None for one in self.tasks)

    @property
    def late(self) -> int:
        """Tasks of these that are overdue."""
        return sum(one.urgency not in ("", "in_time") for one in self.tasks)


def cases(numbers: Collection[int], *, today: date, now: datetime) -> list[CaseView]:
    """All of these tenants (0: of the house), the newest first."""
    return _views(Leaving.objects.filter(tenant_number__in=numbers).select_related("person").order_by("-pk"), today, now)


def case(number: int, numbers: Collection[int], *, today: date, now: datetime) -> CaseView:
    """One of them. Raises LeavingUnknown, also for one of another tenant."""
    rows = Leaving.objects.filter(pk=number if 0 < number < 2**63 else 0, tenant_number__in=numbers).select_related("person")
    found = _views(rows, today, now)
    if not found:
        raise LeavingUnknown
    return found[0]


def row_of(number: int, numbers: Collection[int]) -> Leaving:
    """The same as its row, locked until the transaction ends. Raises LeavingUnknown."""
    rows = Leaving.objects.select_for_update().filter(pk=number if 0 < number < 2**63 else 0, tenant_number__in=numbers)
    found = rows.first()
    if found is None:
        raise LeavingUnknown
    return found


def ends_of(numbers: Collection[int]) -> dict[int, date]:
    """Person -> last day, of whoever is to leave one of these and has not yet."""
    rows = Leaving.objects.filter(tenant_number__in=numbers, acted_at=None, withdrawn_at=None)
    return dict(rows.values_list("person_id", "last_day"))


def _views(rows: Iterable[Leaving], today: date, now: datetime) -> list[CaseView]:
    listed = list(rows)
    tasks: dict[int, list[TaskView]] = {}
    for row in LeavingTask.objects.filter(leaving__in=[one.pk for one in listed]).order_by("pk"):
        tasks.setdefault(row.leaving_id, []).append(_task(row, today))
    heirs = names_of([one.heir_id for one in listed if one.heir_id])
    return [_view(one, tasks.get(one.pk, []), heirs.get(one.heir_id or 0, ""), now) for one in listed]


def _view(row: Leaving, tasks: list[TaskView], heir: str, now: datetime) -> CaseView:
    ordered = tuple(sorted(tasks, key=lambda one: (KINDS.index(one.kind), one.id)))
    return CaseView(
        row.pk, row.person_id, row.person.name, row.person.email, row.tenant_number, row.last_day, row.ends_at, _state(row, now), row.by,
        heir, row.created_at, row.acted_at, row.returned_at, ordered,
    )  # fmt: skip


def _task(row: LeavingTask, today: date) -> TaskView:
    pressing = "" if row.done_at else urgency(row.kind, row.due_on, today)
    return TaskView(row.pk, row.kind, row.words, row.due_on, pressing, row.done_at, row.done_by, row.note)


def _state(row: Leaving, now: datetime) -> str:
    if row.withdrawn_at is not None:
        return WITHDRAWN
    if row.acted_at is None:
        return HELD if row.ends_at <= now else PLANNED
    return CLOSED if row.closed_at is not None else OPEN

"""What is left to do about a leaver: tick off tasks, take back what was only planned, write the list that each case begins with."""

from datetime import datetime
from typing import Final

from siegelpost.accounts import leaving
from siegelpost.accounts.leaving_errors import LeavingOver
from siegelpost.accounts.leaving_plans import Plan, write_plan
from siegelpost.accounts.leaving_reads import row_of
from siegelpost.accounts.leaving_rules import HOUSE
from siegelpost.accounts.leaving_tasks import close, do_task
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.off_board import WITHDRAWN
from siegelpost.tenancy.handle import Store, TenantDB
from siegelpost.tenancy.installation import operator_store

TASK_DONE: Final = "staff.leave_task_done"
CLOSED: Final = "staff.leave_closed"
PLAN_WRITTEN: Final = "staff.leave_plan_written"


def task_done(place: TenantDB | None, case_id: int, task_id: int, note: str, *, actor: Actor, now: datetime) -> bool:
    """Somebody did it; with the last one the case closes. False where it was done already. `place` is None for cases of the house.

    Raises LeavingUnknown, LeavingTaskUnknown.
    """
    number, book = _book(place)
    with book.atomic(), operator_store().atomic():
        case = row_of(case_id, (number,))
        if not do_task(case, task_id, note, by=actor, now=now):
            return False
        subject = f"staff:{case.person_id}"
        append(book, TASK_DONE, subject=subject, details={"case": case.pk, "task": task_id}, actor=actor, at=now)
        if close(case, now=now):
            append(book, CLOSED, subject=subject, details={"case": case.pk}, actor=actor, at=now)
    return True


def withdraw(place: TenantDB | None, case_id: int, *, actor: Actor, now: datetime) -> None:
    """Somebody stays after all. Raises LeavingUnknown, LeavingOver."""
    number, book = _book(place)
    with book.atomic(), operator_store().atomic():
        case = row_of(case_id, (number,))
        if case.acted_at is not None or case.withdrawn_at is not None or case.keeps_shut:
            raise LeavingOver
        append(book, WITHDRAWN, subject=f"staff:{case.person_id}", details={"case": case.pk}, actor=actor, at=now)
        leaving.withdraw(case, now=now)


def change_plan(place: TenantDB | None, plan: Plan, *, actor: Actor, now: datetime) -> Plan:
    """Keep the list with which the next cases begin. Raises LeavingPlanWrong."""
    number, book = _book(place)
    with book.atomic(), operator_store().atomic():
        tidy = write_plan(number, plan, now=now)
        details = {"tasks": {kind: len(lines) for kind, lines in tidy.lines.items()}, "days": dict(tidy.days)}
        append(book, PLAN_WRITTEN, details=details, actor=actor, at=now)
    return tidy


def _book(place: TenantDB | None) -> tuple[int, Store]:
    """The number of a place, and whose log tells of it."""
    return (place.number, place) if place else (HOUSE, operator_store())

"""The tasks of an off-boarding: begun with it, done one by one, and with the last one the case is closed."""

from datetime import date, datetime
from typing import Final

from siegelpost.accounts.leaving_errors import LeavingTaskUnknown
from siegelpost.accounts.leaving_plans import Plan
from siegelpost.accounts.leaving_rules import KINDS, due_on, urgency
from siegelpost.accounts.models import Leaving, LeavingTask
from siegelpost.base.actor import Actor

NOTE: Final = 200
"""Characters."""


def add_tasks(case: Leaving, plan: Plan, *, today: date) -> None:
    """Those of a list, with their days."""
    LeavingTask.objects.bulk_create(
        LeavingTask(leaving=case, kind=kind, words=words, due_on=due_on(case.last_day, plan.days[kind], today))
        for kind in KINDS
        for words in plan.lines[kind]
    )


def do_task(case: Leaving, task_id: int, note: str, *, by: Actor, now: datetime) -> bool:
    """Note that it is done, once; False where it was already. Raises LeavingTaskUnknown."""
    rows = LeavingTask.objects.filter(pk=task_id if 0 < task_id < 2**63 else 0, leaving=case)
    if not rows.exists():
        raise LeavingTaskUnknown
    tidy = " ".join("".join(sign if sign.isprintable() else " " for sign in note).split())[:NOTE]
    return bool(rows.filter(done_at=None).update(done_at=now, done_by=str(by), note=tidy))


def close(case: Leaving, *, now: datetime) -> bool:
    """Close a case that was carried out and of which nothing is left to do; True where it was this that closed it."""
    if LeavingTask.objects.filter(leaving=case, done_at=None).exists():
        return False
    return bool(Leaving.objects.filter(pk=case.pk, closed_at=None, withdrawn_at=None).exclude(acted_at=None).update(closed_at=now))


def open_tasks(today: date) -> dict[tuple[str, str], int]:
    """(Kind, urgency) -> how many tasks nobody did, of cases that were not withdrawn."""
    found: dict[tuple[str, str], int] = {}
    rows = LeavingTask.objects.filter(done_at=None, leaving__withdrawn_at=None)
    for kind, due in rows.values_list("kind", "due_on"):
        key = kind, urgency(kind, due, today)
        found[key] = found.get(key, 0) + 1
    return found

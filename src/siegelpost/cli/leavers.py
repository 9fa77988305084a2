"""`siegelpost staff leave | stay | leavers | task-done | tasks`: people who leave, and what is left to do about them."""

from datetime import datetime

import typer

from siegelpost.accounts.errors import PersonUnknown
from siegelpost.accounts.leaving_errors import LeavingPlanWrong
from siegelpost.accounts.leaving_plans import Plan, plan_of
from siegelpost.accounts.leaving_reads import CLOSED, HELD, OPEN, PLANNED, WITHDRAWN, CaseView, TaskView, case, cases
from siegelpost.accounts.leaving_rules import ACCESS, ALARM, ENTRY, EQUIPMENT, HOUSE, IN_TIME, KINDS, LATE
from siegelpost.accounts.reads import Person, person_with
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, say, table
from siegelpost.cli.person_search import who
from siegelpost.cli.staff import app
from siegelpost.flows.off_board import Parting, leave_house, leave_tenant, today
from siegelpost.flows.off_board_alone import two_agree
from siegelpost.flows.off_board_tasks import change_plan, task_done, withdraw
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import all_tenants

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
TENANT = typer.Option("", help=t(_("Tenant; without one it is about the whole house")))
STATES = {
    PLANNED: _("leaves"),
    HELD: _("held: nobody would administer the tenant"),
    OPEN: _("left, tasks are open"),
    CLOSED: _("left, all done"),
    WITHDRAWN: _("stays"),
}
STAGES = {IN_TIME: "", LATE: _("late"), ALARM: _("overdue"), "": _("is done")}


@app.command(help=t(_("Off-board somebody: roles, sessions, tokens, password and second factors go at once, or after a day.")))
@held
def leave(
    email: str = typer.Argument(help=t(_("E-mail address"))),
    tenant: str = TENANT,
    on: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help=t(_("Last day, until midnight; without one it ends at once"))),
    successor: str = typer.Option("", help=t(_("Address of who takes over open requests, and administers what nobody else would"))),
    without_successor: bool = typer.Option(
        False, "--without-successor", help=t(_("Leave a tenant without anybody who administers it; two operators type their passwords"))
    ),
    json: bool = JSON,
) -> None:
    """Exit 0; 3 where nobody would administer a tenant or run the installation, 4 where nobody has this address."""
    place, now = _place(tenant), clock.now()
    person = _person(email)
    if without_successor:
        two_agree(who(), who(), person.pk)
    heir = _person(successor).pk if successor else None
    wish = Parting(on.date() if on else None, heir, without_successor)
    if place is None:
        number = leave_house(person, wish, actor=Actor.operator(), now=now)
    else:
        number = leave_tenant(place, person.pk, wish, actor=Actor.operator(), now=now)
    found = case(number, (_number(place),), today=today(now), now=now)
    if json:
        as_json(_as_data(found))
    elif found.acted_at:
        say(_("Off-boarded. Tasks that are left: {n} (`siegelpost staff leavers`)."), n=found.left)
    else:
        say(_("Off-boarding {id} acts by itself when {day} is over."), id=found.id, day=found.last_day)


@app.command(help=t(_("Take back an off-boarding that was only planned.")))
def stay(case_id: int, tenant: str = TENANT, json: bool = JSON) -> None:
    """Exit 0; 3 where it was carried out, 4 where there is none."""
    withdraw(_place(tenant), case_id, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": case_id, "state": WITHDRAWN})
    else:
        say(_("Withdrawn."))


@app.command(help=t(_("Show who leaves or left, with the tasks of each.")))
def leavers(tenant: str = TENANT, json: bool = JSON) -> None:
    """Exit 0. Without a tenant: those of the house and of all tenants."""
    place, now = _place(tenant), clock.now()
    slugs = {HOUSE: ""} | {one.number: one.slug for one in all_tenants()}
    rows = cases((place.number,) if place else list(slugs), today=today(now), now=now)
    if json:
        as_json([{**_as_data(one), "tenant": slugs[one.tenant_number]} for one in rows])
        return
    table([_("No."), _("Person"), _("Tenant"), _("Last day"), _("State"), _("Task"), _("Due"), ""], [
        line for one in rows for line in _lines(one, slugs[one.tenant_number] or t(_("house")))
    ])  # fmt: skip


@app.command("task-done", help=t(_("Note that a task of an off-boarding is done; with the last one the case is closed.")))
def done(
    case_id: int,
    task: int,
    tenant: str = TENANT,
    note: str = typer.Option("", help=t(_("For example the number of a receipt"))),
    json: bool = JSON,
) -> None:
    """Exit 0, also where it was done already; 4 where there is none."""
    place, now = _place(tenant), clock.now()
    fresh = task_done(place, case_id, task, note, actor=Actor.operator(), now=now)
    found = case(case_id, (_number(place),), today=today(now), now=now)
    if json:
        as_json({"id": case_id, "task": task, "done": fresh, "state": found.state, "left": found.left})
    else:
        say(_("Done. Tasks that are left: {n}."), n=found.left)


@app.command(help=t(_("Show or change the tasks with which an off-boarding begins.")))
def tasks(
    tenant: str = TENANT,
    access: list[str] = typer.Option([], help=t(_("A login elsewhere that ends; several times for several"))),
    entry: list[str] = typer.Option([], help=t(_("A key, card or entry that ends"))),
    equipment: list[str] = typer.Option([], help=t(_("Something to be handed back"))),
    days: list[str] = typer.Option([], help=t(_("KIND=N: due so many days after the last one, for example equipment=14"))),
    json: bool = JSON,
) -> None:
    """Exit 0; 4 for a list that is too long. Whoever names one task of any kind writes the whole list."""
    place = _place(tenant)
    plan = plan_of(_number(place), place.language if place else current_language())
    given = {ACCESS: tuple(access), ENTRY: tuple(entry), EQUIPMENT: tuple(equipment)}
    if any(given.values()) or days:
        new = Plan(given if any(given.values()) else plan.lines, {**plan.days, **_days(days)})
        plan = change_plan(place, new, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({kind: {"days": plan.days[kind], "tasks": list(plan.lines[kind])} for kind in KINDS})
        return
    table([_("Kind"), _("Days"), _("Task")], [(kind, str(plan.days[kind]), words) for kind in KINDS for words in plan.lines[kind]])


def _days(words: list[str]) -> dict[str, int]:
    found = {}
    for kind, _equals, number in (word.partition("=") for word in words):
        if kind not in KINDS or not number.isascii() or not number.isdigit():
            raise LeavingPlanWrong(tasks=40, signs=200, days=90)
        found[kind] = int(number)
    return found


def _place(slug: str) -> TenantDB | None:
    if slug:
        return tenant_of(slug)
    installation()
    return None


def _number(place: TenantDB | None) -> int:
    return place.number if place else HOUSE


def _person(email: str) -> Person:
    found = person_with(email)
    if found is None:
        raise PersonUnknown
    return found


def _lines(one: CaseView, where: str) -> list[tuple[str, ...]]:
    head = (str(one.id), one.email, where, str(one.last_day), t(STATES[one.state]))
    rest = [(f"{task.id}: {task.words}", str(task.due_on), t(STAGES[task.urgency])) for task in one.tasks] or [("", "", "")]
    return [(*(head if nth == 0 else ("",) * len(head)), *row) for nth, row in enumerate(rest)]


def _as_data(one: CaseView) -> dict[str, object]:
    return {
        "id": one.id, "person": one.person_id, "email": one.email, "last_day": one.last_day, "state": one.state, "acted_at": one.acted_at,
        "left": one.left, "tasks": [_task(task) for task in one.tasks],
    }  # fmt: skip


def _task(one: TaskView) -> dict[str, object]:
    return {
        "id": one.id, "kind": one.kind, "task": one.words, "due_on": one.due_on, "urgency": one.urgency, "done_at": one.done_at,
        "done_by": one.by, "note": one.note,
    }  # fmt: skip

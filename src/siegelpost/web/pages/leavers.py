"""Who leaves and who left: the cases with their tasks, and the list with which each begins."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.leaving_errors import LeavingOver, LeavingPlanWrong
from siegelpost.accounts.leaving_plans import MOST_DAYS, Plan, plan_of
from siegelpost.accounts.leaving_reads import CLOSED, HELD, OPEN, PLANNED, WITHDRAWN, CaseView, TaskView, case, cases
from siegelpost.accounts.leaving_rules import ACCESS, ALARM, ENTRY, EQUIPMENT, HOUSE, IN_TIME, KINDS, LATE
from siegelpost.accounts.leaving_tasks import NOTE
from siegelpost.accounts.reads import names_of
from siegelpost.accounts.rules import OPERATOR
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked, translate
from siegelpost.flows.off_board import today
from siegelpost.flows.off_board_tasks import change_plan, task_done, withdraw
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.mailing_words import Badge
from siegelpost.web.pages.role_words import NAMES
from siegelpost.web.tables import Column, table_of, wanted

STATES: Final = {
    PLANNED: Badge(marked("leaves"), "cyan"),
    HELD: Badge(marked("held"), "red"),
    OPEN: Badge(marked("tasks are open"), "yellow"),
    CLOSED: Badge(marked("all done"), "green"),
    WITHDRAWN: Badge(marked("stays"), "secondary"),
}
STAGES: Final = {
    IN_TIME: Badge(marked("to do"), "secondary"),
    LATE: Badge(marked("late"), "yellow"),
    ALARM: Badge(marked("overdue"), "red"),
    "": Badge(marked("is done"), "green"),
}
HEADS: Final = {
    ACCESS: gettext_lazy("Logins elsewhere"),
    ENTRY: gettext_lazy("Keys, cards, entry lists"),
    EQUIPMENT: gettext_lazy("Equipment to be handed back"),
}
ABOUT: Final = {
    ACCESS: gettext_lazy("What opens other systems than this one: servers, hosting company, mailbox. A line for each."),
    ENTRY: gettext_lazy("What opens doors. A line for each."),
    EQUIPMENT: gettext_lazy("What belongs to the house. A line for each."),
}


def _lines(kind: str) -> forms.CharField:
    return forms.CharField(
        label=HEADS[kind], help_text=ABOUT[kind], required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=10_000
    )


def _days() -> forms.IntegerField:
    return forms.IntegerField(label=gettext_lazy("Due so many days after the last one"), min_value=0, max_value=MOST_DAYS)


class PlanForm(PlainForm):
    """The list: lines and days of each kind."""

    access = _lines(ACCESS)
    access_days = _days()
    entry = _lines(ENTRY)
    entry_days = _days()
    equipment = _lines(EQUIPMENT)
    equipment_days = _days()

    @property
    def plan(self) -> Plan:
        """What was typed."""
        said = self.cleaned_data
        return Plan({kind: tuple(said[kind].splitlines()) for kind in KINDS}, {kind: said[f"{kind}_days"] for kind in KINDS})


def places(visit: Visit) -> tuple[int, ...]:
    """Whose cases somebody sees: those of the tenant; who runs the installation sees those of the house in a tenant of their own."""
    return (visit.tenant.number, HOUSE) if OPERATOR in visit.roles else (visit.tenant.number,)


@require_GET
@page
def leavers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, the newest first."""
    columns = [
        Column("name", _("Name")),
        Column("day", _("Last day"), wide=True),
        Column("state", _("State"), sorts=False),
        Column("tasks", _("Tasks"), sorts=False, wide=True),
    ]
    asked, now = wanted(request.GET, columns, default="-day"), clock.now()
    keys = {
        "name": lambda one: (one.name.casefold(), one.email, one.id),
        "day": lambda one: (one.last_day, one.id),
    }
    found = [one for one in cases(places(visit), today=today(now), now=now) if asked.q.casefold() in f"{one.name} {one.email}".casefold()]
    table = table_of(found, asked, columns, key=keys[asked.by])
    return render(request, visit, "web/leavers/leavers.html", {"table": table, "rows": [(one, _badge(one)) for one in table.rows]})


@require_GET
@page
def leaver(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One case: what was taken away, and the tasks."""
    return _page(request, visit, _found(visit, number, clock.now()))


@require_POST
@page
def done(request: HttpRequest, visit: Visit, number: int, task: int) -> HttpResponse:
    """A task is done; a second click changes nothing."""
    now = clock.now()
    one = _found(visit, number, now)
    fresh = task_done(_place(visit, one), number, task, request.POST.get("note", "")[:NOTE], actor=visit.actor, now=now)
    if not fresh:
        toast(request, "info", _("This was done already."))
    elif one.left == 1 and one.acted_at:
        toast(request, "success", _("That was the last task: this off-boarding is closed."))
    return see_other(visit, "leaver", number=number)


@require_POST
@again_first
@page
def stay(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Somebody stays after all."""
    now = clock.now()
    one = _found(visit, number, now)
    try:
        withdraw(_place(visit, one), number, actor=visit.actor, now=now)
    except LeavingOver as fault:
        return _page(request, visit, one, fault)
    toast(request, "success", _("Withdrawn: this person stays."))
    return see_other(visit, "leavers")


@require_http_methods(["GET", "POST"])
@page
def tasks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The list with which the next cases begin."""
    plan = plan_of(visit.tenant.number, visit.tenant.language)
    initial: dict[str, Any] = {kind: "\n".join(plan.lines[kind]) for kind in KINDS} | {f"{kind}_days": plan.days[kind] for kind in KINDS}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(visit.tenant, form.plan, actor=visit.actor, now=clock.now())
        except LeavingPlanWrong as fault:
            form.add_fault(fault, ACCESS)
        else:
            toast(request, "success", _("Saved. Off-boardings that run already stay as they are."))
            return see_other(visit, "leavers")
    return render(request, visit, "web/leavers/tasks.html", {"form": form}, status=422 if form.is_bound else 200)


def _found(visit: Visit, number: int, now: datetime) -> CaseView:
    return case(number, places(visit), today=today(now), now=now)


def _place(visit: Visit, one: CaseView) -> TenantDB | None:
    return None if one.tenant_number == HOUSE else visit.tenant


def _page(request: HttpRequest, visit: Visit, one: CaseView, fault: SiegelpostError | None = None) -> HttpResponse:
    names = _names({one.by, *(task.by for task in one.tasks)})
    groups = [(HEADS[kind], [_shown(task, names) for task in one.tasks if task.kind == kind]) for kind in KINDS]
    values = {
        "one": one,
        "badge": _badge(one),
        "by": names[one.by],
        "of_house": one.tenant_number == HOUSE,
        "groups": [(head, rows) for head, rows in groups if rows],
        "fault": fault.as_dict() if fault else None,
    }
    return render(request, visit, "web/leavers/leaver.html", values, status=fault.status if fault else 200)


def _shown(task: TaskView, names: dict[str, str]) -> tuple[TaskView, Badge, str]:
    stage = STAGES[task.urgency]
    return task, Badge(translate(stage.words), stage.colour), names.get(task.by, "")


def _names(actors: set[str]) -> dict[str, str]:
    """Actor -> who that is, for people."""
    known = names_of(int(actor[6:]) for actor in actors if actor.startswith("staff:"))
    return {
        actor: known.get(int(actor[6:]), actor) if actor.startswith("staff:") else str(NAMES.get(actor, _("the system")))
        for actor in actors
    }


def _badge(one: CaseView) -> Badge:
    state = STATES[one.state]
    return Badge(translate(state.words), "red" if one.late else state.colour)


ROUTES = [
    path("staff/leavers", leavers, name="leavers"),
    path("staff/leavers/tasks", tasks, name="leavers_tasks"),
    path("staff/leavers/<int:number>", leaver, name="leaver"),
    path("staff/leavers/<int:number>/tasks/<int:task>", done, name="leaver_task"),
    path("staff/leavers/<int:number>/stay", stay, name="leaver_stay"),
]

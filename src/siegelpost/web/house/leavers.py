"""People of the house leave: off-board somebody from everything there is, and what is left to do about them."""

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegelpost.accounts.errors import PersonUnknown
from siegelpost.accounts.leaving_errors import HeirMissing
from siegelpost.accounts.leaving_reads import CLOSED, HELD, OPEN, PLANNED, WITHDRAWN, cases
from siegelpost.accounts.leaving_rules import HOUSE
from siegelpost.accounts.reads import Person, everybody, person_by_id
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.house import LEAVE
from siegelpost.flows.leave_unheired import ask_to_leave
from siegelpost.flows.off_board import Parting, leave_house, today
from siegelpost.flows.off_board_tasks import task_done, withdraw
from siegelpost.web.answers import toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import again_first
from siegelpost.web.house.frame import operators_only, to, waiting

BADGES = {
    PLANNED: ("blue", gettext_lazy("leaves")),
    HELD: ("red", gettext_lazy("held: nobody would administer a tenant")),
    OPEN: ("yellow", gettext_lazy("left, tasks are open")),
    CLOSED: ("green", gettext_lazy("left, all done")),
    WITHDRAWN: ("secondary", gettext_lazy("stays")),
}


def _people() -> list[tuple[str, str]]:
    return [(str(one.pk), one.name or one.email) for one, _seats in everybody() if one.is_active]


class Leave(PlainForm):
    """Who, when, and who takes over."""

    person = forms.ChoiceField(label=gettext_lazy("Who leaves"), choices=lambda: [("", _("Choose …")), *_people()])
    last = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Access ends by itself at midnight after this day. Leave it empty to end it now."),
    )  # fmt: skip
    heir = forms.ChoiceField(
        label=gettext_lazy("Takes over"), required=False, choices=lambda: [("", _("Nobody")), *_people()],
        help_text=gettext_lazy("Whoever administers alone what the leaver administered, and asks for what waited for an approval."),
    )  # fmt: skip
    unheired = forms.BooleanField(
        label=gettext_lazy("Nobody takes over, even where a tenant is left without an administrator: a second person agrees"),
        required=False,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@again_first
@operators_only
def leavers(request: HttpRequest, *, person: Person) -> HttpResponse:
    """Who leaves or left, and the form for one more."""
    form = Leave(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _leave(request, person, form)
        except SiegelpostError as fault:
            form.add_fault(fault, "heir" if isinstance(fault, HeirMissing) else None)
    now = clock.now()
    rows = [(one, *BADGES[one.state]) for one in cases((HOUSE,), today=today(now), now=now)]
    values = {"form": form, "rows": rows, "waiting": waiting(person, LEAVE)}
    return render(request, "web/house/leavers.html", values, status=422 if form.is_bound else 200)


@require_POST
@operators_only
def done(request: HttpRequest, *, person: Person, number: int, task: int) -> HttpResponse:
    """Tick off a task."""
    task_done(None, number, task, "", actor=Actor.staff(person.pk), now=clock.now())
    toast(request, "success", _("Done."))
    return to("house_leavers")


@again_first
@require_POST
@operators_only
def stay(request: HttpRequest, *, person: Person, number: int) -> HttpResponse:
    """Somebody stays after all."""
    withdraw(None, number, actor=Actor.staff(person.pk), now=clock.now())
    toast(request, "success", _("The off-boarding is withdrawn."))
    return to("house_leavers")


def _leave(request: HttpRequest, by: Person, form: Leave) -> HttpResponse:
    said, now = form.cleaned_data, clock.now()
    leaver = person_by_id(int(said["person"]))
    if leaver is None:  # the choices were people a moment ago
        raise PersonUnknown
    last: date | None = said["last"]
    if said["unheired"] and not said["heir"]:
        ask_to_leave(leaver, last, by=by, now=now)
        toast(request, "success", _("The request waits for a second person."))
        return to("house_leavers")
    leave_house(leaver, Parting(last, int(said["heir"]) if said["heir"] else None), actor=Actor.staff(by.pk), now=now)
    toast(request, "success", _("The last day is noted.") if last else _("Off-boarded: nothing of this person opens any more."))
    return to("house_leavers") if leaver.pk != by.pk else to("home")


ROUTES = [
    path("house/leavers", leavers, name="house_leavers"),
    path("house/leavers/<int:number>/tasks/<int:task>/done", done, name="house_task_done"),
    path("house/leavers/<int:number>/stay", stay, name="house_stay"),
]

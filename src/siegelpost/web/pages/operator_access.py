"""The tenant's side of the operator's access: let it in for a purpose and a time, end that, and see who was here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.reads import names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.operator_access import let_in, shut_out
from siegelpost.tenancy.admissions import ENDED, OPEN, OVER, WAITING, AdmissionView, admissions
from siegelpost.tenancy.errors import AccessNotNeeded
from siegelpost.tenancy.visit_rules import BLOCKED, LEFT, REASON, TENANT
from siegelpost.tenancy.visit_rules import OVER as TIME
from siegelpost.tenancy.visits import VisitView, visits
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.mailing_words import Badge
from siegelpost.web.tables import Column, table_of, wanted

STATES: Final = {
    WAITING: (gettext_lazy("waits for a second person"), "yellow"),
    OPEN: (gettext_lazy("in force"), "green"),
    OVER: (gettext_lazy("over"), "secondary"),
    ENDED: (gettext_lazy("ended by you"), "secondary"),
}
ENDS: Final = {
    "": gettext_lazy("is here"),
    LEFT: gettext_lazy("left"),
    TIME: gettext_lazy("time was over"),
    TENANT: gettext_lazy("ended by you"),
    BLOCKED: gettext_lazy("access was blocked"),
}
HOURS: Final = {
    "1": gettext_lazy("One hour"),
    "4": gettext_lazy("Four hours"),
    "24": gettext_lazy("One day"),
    "72": gettext_lazy("Three days"),
    "168": gettext_lazy("Seven days"),
}
"""So many hours; the last is what the rule allows at most."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One line of the table of approvals."""

    view: AdmissionView
    by: str
    second: str
    badge: Badge
    runs: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """One line of the history."""

    view: VisitView
    who: str
    ended: datetime
    how: str
    here: bool


class LetIn(PlainForm):
    """What for, and for how long."""

    purpose = forms.CharField(
        label=gettext_lazy("What the operator shall do"),
        max_length=REASON[-1],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In ten characters or more. It stays on record for good, so name no e-mail address."),
    )
    hours = forms.ChoiceField(label=gettext_lazy("For how long"), choices=list(HOURS.items()), initial="4")


@require_GET
@page
def access(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Approvals and history."""
    return _page(request, visit, LetIn())


@again_first
@require_POST
@page
def open_door(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let the operator in."""
    if visit.tenant.own:  # its page shows no form
        toast(request, "info", AccessNotNeeded().text())
        return see_other(visit, "operator_access")
    form, now = LetIn(request.POST), clock.now()
    if form.is_valid():
        until = now + timedelta(hours=int(form.cleaned_data["hours"]))
        try:
            let_in(visit.tenant, form.cleaned_data["purpose"], until, by=visit.person, now=now)
        except SiegelpostError as fault:
            form.add_fault(fault, "purpose" if fault.code == "access.reason_unusable" else None)
        else:
            toast(request, "success", _("The operator can enter now."))
            return see_other(visit, "operator_access")
    return _page(request, visit, form, status=422)


@require_POST
@page
def shut_door(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """End an approval or an emergency; whoever is here is out at the next click."""
    done = shut_out(visit.tenant, number, actor=visit.actor, now=clock.now())
    toast(request, "success" if done else "info", _("Ended.") if done else _("It was over already."))
    return see_other(visit, "operator_access")


def _page(request: HttpRequest, visit: Visit, form: LetIn, status: int = 200) -> HttpResponse:
    now = clock.now()
    given, been = admissions(visit.tenant, now=now), visits(visit.tenant)
    people = [one for row in given for one in (row.asked_by, row.agreed_by)] + [one.person_id for one in been]
    names = names_of(one for one in people if one is not None)
    columns = [Column("opened", _("Entered")), Column("until", _("Until"), wide=True)]
    asked = wanted(request.GET, columns, default="-opened")
    keys = {"opened": lambda one: one.opened_at, "until": lambda one: one.until}
    table = table_of(been, asked, columns, key=keys[asked.by])
    values: dict[str, Any] = {
        "form": form,
        "own": visit.tenant.own,
        "may": "operator_let_in" in visit.changes and not visit.tenant.own,
        "approvals": [_approval(one, names) for one in given[:20]],
        "table": table,
        "rows": [_stay(one, names, now) for one in table.rows],
        "here": [_stay(one, names, now) for one in been if _is_here(one, now)],
    }
    return render(request, visit, "web/operator/tenant.html", values, status=status)


def _approval(one: AdmissionView, names: dict[int, str]) -> Approval:
    words, colour = STATES[one.state]
    second = names.get(one.agreed_by, "?") if one.agreed_by else ""
    return Approval(one, names.get(one.asked_by, "?"), second, Badge(str(words), colour), one.state in (WAITING, OPEN))


def _stay(one: VisitView, names: dict[int, str], now: datetime) -> Stay:
    who = names.get(one.person_id, "?") if one.person_id else _("Command line of the operator")
    here = _is_here(one, now)
    return Stay(one, who, one.ended_at or one.until, str(ENDS[""] if here else ENDS[one.how or TIME]), here)


def _is_here(one: VisitView, now: datetime) -> bool:
    return one.ended_at is None and one.opened_at <= now < one.until


ROUTES = [
    path("operator", access, name="operator_access"),
    path("operator/let-in", open_door, name="operator_let_in"),
    path("operator/<int:number>/end", shut_door, name="operator_shut_out"),
]

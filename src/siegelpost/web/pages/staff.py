"""Who may log in to this tenant, and in which roles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.errors import HereAlready, LastAdmin, NobodyWrites, NotYoursToGive, PersonUnknown
from siegelpost.accounts.granting import may_act_on
from siegelpost.accounts.invitations import Invited, waiting
from siegelpost.accounts.leaving_errors import LastDayWrong
from siegelpost.accounts.leaving_reads import ends_of
from siegelpost.accounts.reads import Colleague, colleagues, person_here, powers_here
from siegelpost.accounts.roles import made_roles
from siegelpost.accounts.rules import EDITOR, GIVEN
from siegelpost.audience.addresses import read_address
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows import off_board_start as flow
from siegelpost.flows.invite import invite
from siegelpost.flows.staff import change_roles, mail_link, take_out
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.kept import take
from siegelpost.web.pages.role_words import ABOUT, NAMES, named
from siegelpost.web.tables import Column, table_of, wanted


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who works here, or who was invited and has not come: of the latter nothing is known but what was typed."""

    name: str
    email: str
    roles: str
    last_login: datetime | None = None
    end: date | None = None
    here: Colleague | None = None
    invited: Invited | None = None


class Newcomer(PlainForm):
    """Somebody who is to be let in."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("For somebody who comes for a while: access ends by itself at midnight after this day."),
    )

    def clean_email(self) -> str:
        """An address that mail can be sent to."""
        judged = read_address(self.cleaned_data["email"])
        if judged.reason:
            raise forms.ValidationError(_("This is no e-mail address that mail can be sent to."))
        return judged.address


class RolesForm(PlainForm):
    """Other roles."""


F = TypeVar("F", Newcomer, RolesForm)


def _asking(visit: Visit, form: type[F], *, keeps: bool = False) -> type[F]:
    """The form with the roles that the reader may give: those that allow nothing which the reader may not do.

    keeps  whoever is asked about has another role, too, which stays: no box need be ticked
    """
    made = made_roles(visit.tenant)
    built_in: list[tuple[str, str]] = [(code, f"{NAMES[code]}: {ABOUT[code]}") for code in GIVEN if _covers(visit, code)]
    of_ours: list[tuple[str, str]] = [(code, one.name) for code, one in made.items() if visit.powers.cover(one.powers)]
    hint = _("With several, people may do what any of them allows.")
    field = forms.MultipleChoiceField(
        label=_("Roles"), choices=[*built_in, *of_ours], widget=forms.CheckboxSelectMultiple, help_text=hint, required=not keeps
    )
    return type(form.__name__, (form,), {"role": field})


@require_GET
@page
def staff(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The table."""
    columns = [
        Column("name", _("Name")),
        Column("email", _("E-mail address"), wide=True),
        Column("role", _("Roles"), wide=True),
        Column("last", _("Last login"), wide=True),
        Column("state", _("State"), sorts=False),
    ]
    asked = wanted(request.GET, columns, default="email")
    words = asked.q.casefold()
    rows = [one for one in _lines(visit) if words in f"{one.name} {one.email} {one.roles}".casefold()]
    keys = {
        "name": lambda row: (row.name.casefold(), row.email),
        "email": lambda row: row.email,
        "role": lambda row: (row.roles, row.email),
        "last": lambda row: (row.last_login.timestamp() if row.last_login else 0.0, row.email),
    }
    table = table_of(rows, asked, columns, key=keys[asked.by])
    return render(request, visit, "web/staff/staff.html", {"table": table})


def _lines(visit: Visit) -> list[Line]:
    made, ends = made_roles(visit.tenant), ends_of((visit.tenant.number,))
    here = [
        Line(one.name, one.email, ", ".join(named(one.roles, made)), one.last_login, ends.get(one.id), here=one)
        for one in colleagues(visit.tenant)
    ]
    return here + [
        Line(one.wish.name, one.wish.email, ", ".join(named(one.wish.roles, made)), end=one.wish.last_day, invited=one)
        for one in waiting(visit.tenant.number, now=clock.now())
    ]


@require_http_methods(["GET", "POST"])
@again_first
@page
def newcomer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Invite somebody; the link goes to the address alone, and the answer is the same whoever has it."""
    form = _asking(visit, Newcomer)(request.POST if request.method == "POST" else None, initial={"role": [EDITOR]})
    if request.method != "POST" or not form.is_valid():
        return render(request, visit, "web/staff/new.html", {"form": form}, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    url = process_settings().staff_url
    try:
        new = flow.Newcomer(email=said["email"], roles=said["role"], name=said["name"], last_day=said["last"])
        invite(visit.tenant, new, staff_url=url, actor=visit.actor, now=clock.now())
    except (HereAlready, LastDayWrong, NobodyWrites, NotYoursToGive) as fault:
        form.add_fault(fault, "last" if isinstance(fault, LastDayWrong) else "email")
        return render(request, visit, "web/staff/new.html", {"form": form}, status=fault.status)
    take(request)
    toast(request, "success", _("Invited: a mail with a link is on its way."))
    return see_other(visit, "staff")


@require_http_methods(["GET", "POST"])
@again_first
@page
def colleague(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """One person: roles, link, taking out."""
    one = _found(visit, person_id)
    form, fixed = _form(visit, one, request)
    if request.method == "POST" and form.is_valid():
        try:
            change_roles(visit.tenant, person_id, [*form.cleaned_data["role"], *fixed], actor=visit.actor, now=clock.now())
        except (LastAdmin, NotYoursToGive) as fault:
            form.add_fault(fault, "role")
            return _page(request, visit, one, form, status=fault.status)
        toast(request, "success", _("The roles have been changed."))
        return see_other(visit, "staff")
    return _page(request, visit, one, form, status=422 if form.is_bound else 200)


@require_POST
@again_first
@page
def link(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Mail a new link that logs in once."""
    one = _found(visit, person_id)
    try:
        mail_link(visit.tenant, person_id, staff_url=process_settings().staff_url, actor=visit.actor, now=clock.now())
    except (NobodyWrites, NotYoursToGive) as fault:
        return _page(request, visit, one, fault=fault)
    toast(request, "success", _("A mail with a link is on its way."))
    return see_other(visit, "colleague", person_id=person_id)


@require_POST
@again_first
@page
def away(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Take somebody out, after the address was typed."""
    one = _found(visit, person_id)
    if request.POST.get("confirm", "").strip() != one.email:
        return _page(request, visit, one, status=422, unconfirmed=True)
    keep = (request.session.session_key or "") if person_id == visit.person.pk else ""
    try:
        take_out(visit.tenant, person_id, keep=keep, actor=visit.actor, now=clock.now())
    except (LastAdmin, NotYoursToGive) as fault:
        return _page(request, visit, one, fault=fault)
    toast(request, "success", _("The person has been taken out of the tenant."))
    if person_id == visit.person.pk:
        return HttpResponseRedirect(reverse("web:home"), status=303)
    return see_other(visit, "staff")


def _found(visit: Visit, person_id: int) -> Colleague:
    one = person_here(visit.tenant, person_id)
    if one is None:
        raise Http404
    if one.operates:
        raise PersonUnknown
    return one


def _covers(visit: Visit, code: str) -> bool:
    """Whether the reader may give a role, and take it."""
    return visit.powers.cover(powers_here(visit.tenant, [code]))


def _form(visit: Visit, one: Colleague, request: HttpRequest | None = None) -> tuple[RolesForm, list[str]]:
    """The form, and the roles that stay whatever is ticked: those that the reader may not take."""
    fixed = [code for code in one.roles if not _covers(visit, code)]
    form = _asking(visit, RolesForm, keeps=bool(fixed))
    posted = request.POST if request and request.method == "POST" else None
    return form(posted, initial={"role": list(one.roles)}), fixed


def _page(
    request: HttpRequest, visit: Visit, one: Colleague, form: RolesForm | None = None, *, status: int = 200, unconfirmed: bool = False,
    fault: SiegelpostError | None = None,
) -> HttpResponse:  # fmt: skip
    fresh, fixed = _form(visit, one)
    made = made_roles(visit.tenant)
    values: dict[str, Any] = {
        "one": one,
        "form": form or fresh,
        "fixed": ", ".join(named(fixed, made)),
        "roles": ", ".join(named(one.roles, made)),
        "within_reach": may_act_on(visit.powers, powers_here(visit.tenant, one.roles)),
        "fault": fault.as_dict() if fault else None,
        "unconfirmed": unconfirmed,
        "leaves_on": ends_of((visit.tenant.number,)).get(one.id),
        "myself": one.id == visit.person.pk,
    }
    return render(request, visit, "web/staff/colleague.html", values, status=fault.status if fault else status)


ROUTES = [
    path("staff", staff, name="staff"),
    path("staff/new", newcomer, name="staff_new"),
    path("staff/<int:person_id>", colleague, name="colleague"),
    path("staff/<int:person_id>/link", link, name="staff_link"),
    path("staff/<int:person_id>/away", away, name="staff_away"),
]

"""Who may log in to this tenant, and in which role."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.errors import HereAlready, LastAdmin, LinkNotYours, PersonUnknown, WorksElsewhere
from siegelpost.accounts.reads import Colleague, colleagues, person_here, works_elsewhere
from siegelpost.accounts.rules import ADMIN, AUDITOR, EDITOR, OPERATOR, PRIVACY, SECURITY, VIEWER
from siegelpost.audience.addresses import read_address
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.staff import change_role, invite, new_link, take_out
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.kept import take
from siegelpost.web.tables import Column, table_of, wanted

ROLES = (
    (VIEWER, gettext_lazy("Viewer: sees lists, mailings and reports")),
    (EDITOR, gettext_lazy("Editor: also imports people, writes and sends mailings")),
    (ADMIN, gettext_lazy("Administrator: also settings, senders and staff; deletes lists")),
    (PRIVACY, gettext_lazy("Data protection officer: sees everything, reads the logs; records instructions and objections")),
    (SECURITY, gettext_lazy("Security officer: sees staff, access log and evidence, no people")),
    (AUDITOR, gettext_lazy("Auditor: reads logs and proofs, no people")),
)


class Newcomer(PlainForm):
    """Somebody who is to be let in."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, initial=EDITOR)

    def clean_email(self) -> str:
        """An address that mail can be sent to."""
        judged = read_address(self.cleaned_data["email"])
        if judged.reason:
            raise forms.ValidationError(_("This is no e-mail address that mail can be sent to."))
        return judged.address


class RoleForm(PlainForm):
    """Another role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)


@require_GET
@page
def staff(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The table."""
    columns = [
        Column("name", _("Name")),
        Column("email", _("E-mail address"), wide=True),
        Column("role", _("Role"), wide=True),
        Column("last", _("Last login"), wide=True),
        Column("state", _("State"), sorts=False),
    ]
    asked = wanted(request.GET, columns, default="email")
    words = asked.q.casefold()
    rows = [one for one in colleagues(visit.tenant) if words in f"{one.name} {one.email}".casefold()]
    keys = {
        "name": lambda one: (one.name.casefold(), one.email),
        "email": lambda one: one.email,
        "role": lambda one: (one.role, one.email),
        "last": lambda one: (one.last_login.timestamp() if one.last_login else 0.0, one.email),
    }
    table = table_of(rows, asked, columns, key=keys[asked.by])
    return render(request, visit, "web/staff/staff.html", {"table": table})


@require_http_methods(["GET", "POST"])
@page
def newcomer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let somebody in; the answer shows the link, once."""
    form = Newcomer(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, visit, "web/staff/new.html", {"form": form}, status=422 if form.is_bound else 200)
    email, now = form.cleaned_data["email"], clock.now()
    try:
        link = invite(
            visit.tenant,
            email,
            form.cleaned_data["role"],
            name=form.cleaned_data["name"],
            staff_url=process_settings().staff_url,
            actor=visit.actor,
            now=now,
        )
    except (HereAlready, WorksElsewhere) as fault:
        form.add_fault(fault, "email")
        return render(request, visit, "web/staff/new.html", {"form": form}, status=fault.status)
    take(request)
    return render(request, visit, "web/staff/link.html", {"email": email, "link": link, "is_new": True})


@require_http_methods(["GET", "POST"])
@page
def colleague(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """One person: role, link, taking out."""
    one = _found(visit, person_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": one.role})
    if request.method == "POST" and form.is_valid():
        try:
            change_role(visit.tenant, person_id, form.cleaned_data["role"], actor=visit.actor, now=clock.now())
        except LastAdmin as fault:
            form.add_fault(fault, "role")
            return _page(request, visit, one, form, status=fault.status)
        toast(request, "success", _("The role has been changed."))
        return see_other(visit, "staff")
    return _page(request, visit, one, form, status=422 if form.is_bound else 200)


@require_POST
@page
def link(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """A new link that logs in once; shown in this answer and nowhere else."""
    one = _found(visit, person_id)
    try:
        url = new_link(visit.tenant, person_id, staff_url=process_settings().staff_url, actor=visit.actor, now=clock.now())
    except LinkNotYours as fault:
        form = RoleForm(initial={"role": one.role})
        return _page(request, visit, one, form, status=fault.status)
    return render(request, visit, "web/staff/link.html", {"email": one.email, "link": url})


@require_POST
@page
def away(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Take somebody out, after the address was typed."""
    one = _found(visit, person_id)
    form = RoleForm(initial={"role": one.role})
    if request.POST.get("confirm", "").strip() != one.email:
        return _page(request, visit, one, form, status=422, unconfirmed=True)
    keep = (request.session.session_key or "") if person_id == visit.person.pk else ""
    try:
        take_out(visit.tenant, person_id, keep=keep, actor=visit.actor, now=clock.now())
    except LastAdmin as fault:
        return _page(request, visit, one, form, status=fault.status, fault=fault)
    toast(request, "success", _("The person has been taken out of the tenant."))
    if person_id == visit.person.pk:
        return HttpResponseRedirect(reverse("web:home"), status=303)
    return see_other(visit, "staff")


def _found(visit: Visit, person_id: int) -> Colleague:
    one = person_here(visit.tenant, person_id)
    if one is None:
        raise Http404
    if one.role == OPERATOR:
        raise PersonUnknown
    return one


def _page(
    request: HttpRequest,
    visit: Visit,
    one: Colleague,
    form: RoleForm,
    *,
    status: int = 200,
    fault: LastAdmin | None = None,
    unconfirmed: bool = False,
) -> HttpResponse:
    values = {
        "one": one,
        "form": form,
        "fault": fault.as_dict() if fault else None,
        "unconfirmed": unconfirmed,
        "elsewhere": works_elsewhere(one.id, visit.tenant),
        "myself": one.id == visit.person.pk,
    }
    return render(request, visit, "web/staff/colleague.html", values, status=status)


ROUTES = [
    path("staff", staff, name="staff"),
    path("staff/new", newcomer, name="staff_new"),
    path("staff/<int:person_id>", colleague, name="colleague"),
    path("staff/<int:person_id>/link", link, name="staff_link"),
    path("staff/<int:person_id>/away", away, name="staff_away"),
]

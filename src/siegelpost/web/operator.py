"""The operator's side of its access to tenants of others: enter with an approval, leave, ask in an emergency, agree to one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.reads import Person, names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows import operator_access as flow
from siegelpost.tenancy.admissions import OPEN, WAITING, AdmissionView, admissions, usable
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import all_tenants, open_tenant
from siegelpost.tenancy.visit_rules import REASON
from siegelpost.tenancy.visits import VisitView, visit_of, visits_of
from siegelpost.web.answers import toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import again_first, members_only, proved_at

View = Callable[..., HttpResponse]
WHY: Final = gettext_lazy("In ten characters or more. The tenant reads it, and it stays on record for good: name no e-mail address.")


@dataclass(frozen=True, slots=True)
class Door:
    """A tenant of another controller, as somebody of the operator sees it from outside."""

    tenant: TenantDB
    stay: VisitView | None
    approvals: int
    waiting: int


class Enter(PlainForm):
    """With which approval is in the address; here is why."""

    reason = forms.CharField(label=gettext_lazy("What you are going to do"), max_length=REASON[-1], help_text=WHY)


class Emergency(PlainForm):
    """Why it cannot wait for the tenant."""

    reason = forms.CharField(
        label=gettext_lazy("What happened, and why it cannot wait for the tenant"),
        max_length=REASON[-1],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=WHY,
    )


def operators_only(view: View) -> Callable[..., HttpResponseBase]:
    """For those who run the installation. The view gets the person, and the tenant of the address where it names one."""

    @wraps(view)
    def checked(request: HttpRequest, **parts: Any) -> HttpResponse:
        person = cast("Person", request.user)
        if not person.operator:
            raise RightMissing
        if "slug" in parts:
            parts["tenant"] = open_tenant(parts.pop("slug"))
        return view(request, person=person, **parts)

    return members_only(checked)


@require_GET
@operators_only
def doors(request: HttpRequest, *, person: Person) -> HttpResponse:
    """All tenants of others, those that can be entered first."""
    now = clock.now()
    stays, open_now = visits_of(person.pk, now=now), usable(now=now)
    found = [
        Door(tenant, stays.get(tenant.number), _count(open_now, tenant, OPEN, person), _count(open_now, tenant, WAITING, person))
        for tenant in all_tenants()
        if not tenant.own
    ]
    found.sort(key=lambda one: (one.stay is None, not one.approvals, not one.waiting, one.tenant.name.lower()))
    return render(request, "web/operator/doors.html", {"doors": found})


@require_GET
@operators_only
def door(request: HttpRequest, *, person: Person, tenant: TenantDB) -> HttpResponse:
    """One tenant: what opens it."""
    return _door(request, person, tenant)


@require_POST
@operators_only
def enter(request: HttpRequest, *, person: Person, tenant: TenantDB, number: int) -> HttpResponse:
    """Enter with an approval."""
    form = Enter(request.POST)
    if form.is_valid():
        try:
            flow.enter(tenant, number, form.cleaned_data["reason"], by=person, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "reason" if fault.code == "access.reason_unusable" else None)
        else:
            return HttpResponseRedirect(reverse("web:dashboard", kwargs={"slug": tenant.slug}), status=303)
    return _door(request, person, tenant, enter=(number, form))


@require_POST
@operators_only
def leave(request: HttpRequest, *, person: Person, tenant: TenantDB) -> HttpResponse:
    """Leave before the time is over."""
    done = flow.leave(tenant, by=person, now=clock.now())
    toast(request, "success" if done else "info", _("You have left the tenant.") if done else _("You were not there any more."))
    return HttpResponseRedirect(reverse("web:doors"), status=303)


@again_first
@require_POST
@operators_only
def ask(request: HttpRequest, *, person: Person, tenant: TenantDB) -> HttpResponse:
    """Ask a second person to be let in without the tenant."""
    form = Emergency(request.POST)
    if form.is_valid():
        try:
            flow.ask(tenant, form.cleaned_data["reason"], by=person, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "reason" if fault.code == "access.reason_unusable" else None)
        else:
            toast(request, "success", _("Your request waits for a second person."))
            return _back(tenant)
    return _door(request, person, tenant, emergency=form)


@again_first
@require_POST
@operators_only
def agree(request: HttpRequest, *, person: Person, tenant: TenantDB, number: int) -> HttpResponse:
    """Agree to the emergency of a colleague."""
    url = process_settings().staff_url
    flow.agree(tenant, number, by=person, proved_at=proved_at(request), staff_url=url, now=clock.now())
    toast(request, "success", _("Agreed. Your colleague can enter for an hour; the tenant is told by mail."))
    return _back(tenant)


def _door(
    request: HttpRequest, person: Person, tenant: TenantDB, *, enter: tuple[int, Enter] | None = None, emergency: Emergency | None = None
) -> HttpResponse:
    now = clock.now()
    known = admissions(tenant, now=now, limit=50)
    names = names_of(one.asked_by for one in known)
    used, bound = enter or (0, None)
    values = {
        "tenant": tenant,
        "stay": visit_of(tenant, person.pk, now=now),
        "ways": [(one, names.get(one.asked_by, "?"), bound if one.id == used else Enter()) for one in known if _may_use(one, person)],
        "waiting": [(one, names.get(one.asked_by, "?"), one.asked_by == person.pk) for one in known if one.state == WAITING],
        "emergency": emergency or Emergency(),
        "fault": bound if bound is not None and not any(one.id == used and _may_use(one, person) for one in known) else None,
    }
    return render(request, "web/operator/door.html", values, status=422 if enter or emergency else 200)


def _may_use(one: AdmissionView, person: Person) -> bool:
    return one.state == OPEN and (not one.emergency or one.asked_by == person.pk)


def _count(known: list[AdmissionView], tenant: TenantDB, state: str, person: Person) -> int:
    here = [one for one in known if one.tenant_number == tenant.number and one.state == state]
    return sum(1 for one in here if state == WAITING or _may_use(one, person))


def _back(tenant: TenantDB) -> HttpResponse:
    return HttpResponseRedirect(reverse("web:door", kwargs={"slug": tenant.slug}), status=303)


ROUTES = [
    path("operator", doors, name="doors"),
    path("operator/<slug:slug>", door, name="door"),
    path("operator/<slug:slug>/<int:number>/enter", enter, name="door_enter"),
    path("operator/<slug:slug>/<int:number>/agree", agree, name="door_agree"),
    path("operator/<slug:slug>/ask", ask, name="door_ask"),
    path("operator/<slug:slug>/leave", leave, name="door_leave"),
]

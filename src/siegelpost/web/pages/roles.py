"""The roles of a tenant: those that exist everywhere, those that it made; what each allows, and who has it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.catalogue import CATALOGUE, RIGHTS
from siegelpost.accounts.errors import NotYoursToGive, RoleInUse, RoleWithoutLists
from siegelpost.accounts.limits import UNLIMITED, Limits
from siegelpost.accounts.reads import Colleague, colleagues
from siegelpost.accounts.roles import NAME_LIMIT, MadeRole, made_role, made_roles
from siegelpost.accounts.rules import GIVEN, rights_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.approval_rules import without_two
from siegelpost.flows.roles import change_role, delete_role, make_role
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.access_words import AREAS
from siegelpost.web.pages.approval_words import name_of
from siegelpost.web.pages.role_limits import choices, posted
from siegelpost.web.pages.role_limits import in_words as how_far
from siegelpost.web.pages.role_words import ABOUT, ACTIONS, NAMES, in_words

LARGEST = 2**63 - 1  # a number in an address may be any; a database takes no more


class RoleForm(PlainForm):
    """The name; the rights are read from the boxes beside it."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_LIMIT, help_text=gettext_lazy("What this group of people does, not who they are.")
    )


@dataclass(frozen=True, slots=True)
class Box:
    """One right on the page; `open` where the reader has it and may give or take it."""

    right: str
    words: str
    on: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What is ticked: rights, and how far they reach."""

    on: frozenset[str]
    limits: Limits = UNLIMITED


@require_GET
@page
def roles(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, the tenant's own first."""
    people = colleagues(visit.tenant)
    values = {
        "made": [
            (one, _holders(people, one.code), in_words(one.rights), how_far(visit.tenant, one.limits))
            for one in made_roles(visit.tenant).values()
        ],
        "built_in": [(NAMES[code], ABOUT[code], _holders(people, code), in_words(rights_of(code))) for code in GIVEN],
    }
    return render(request, visit, "web/roles/roles.html", values)


@require_http_methods(["GET", "POST"])
@again_first
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one, of rights that one has oneself."""
    form = RoleForm(request.POST if request.method == "POST" else None)
    wanted, limits = _posted(request, visit, frozenset()), posted(request, visit)
    if request.method == "POST" and form.is_valid():
        try:
            make_role(visit.tenant, form.cleaned_data["name"], wanted, limits=limits, actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, _place(fault))
        else:
            toast(request, "success", _("The role has been made. Give it to people on the page “Staff”."))
            return see_other(visit, "roles")
    return _page(request, visit, form, Shown(wanted, limits), status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@again_first
@page
def role(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One of the tenant's own: name, rights, who has it."""
    one = made_role(visit.tenant, min(number, LARGEST))
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"name": one.name})
    shown = Shown(one.rights, one.limits)
    if request.method == "POST":
        shown = Shown(_posted(request, visit, one.rights), posted(request, visit, one.limits))
    if request.method == "POST" and form.is_valid():
        try:
            change_role(
                visit.tenant, one.number, form.cleaned_data["name"], shown.on, limits=shown.limits, actor=visit.actor, now=clock.now()
            )  # fmt: skip
        except ApprovalNeeded:
            raise  # leads to where one asks for it
        except SiegelpostError as fault:
            form.add_fault(fault, _place(fault))
        else:
            toast(request, "success", _("Saved. It holds from the next page that anybody opens."))
            if missing := without_two(visit.tenant):
                names = ", ".join(name_of(act) for act in missing)
                toast(request, "warning", _("Fewer than two people can decide now about: %(acts)s.") % {"acts": names})
            return see_other(visit, "roles")
    return _page(request, visit, form, shown, one, status=422 if form.errors else 200)


@require_POST
@again_first
@page
def delete(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Delete one that nobody has, after its name was typed."""
    one = made_role(visit.tenant, min(number, LARGEST))
    form = RoleForm(initial={"name": one.name})
    if request.POST.get("confirm", "").strip() != one.name:
        return _page(request, visit, form, Shown(one.rights, one.limits), one, status=422, unconfirmed=True)
    try:
        delete_role(visit.tenant, one.number, actor=visit.actor, now=clock.now())
    except RoleInUse as fault:
        return _page(request, visit, form, Shown(one.rights, one.limits), one, status=fault.status)
    toast(request, "success", _("The role “%(name)s” is deleted.") % {"name": one.name})
    return see_other(visit, "roles")


def _posted(request: HttpRequest, visit: Visit, before: frozenset[str]) -> frozenset[str]:
    """The rights whose boxes are ticked; those that the reader does not have stay as they were."""
    return (frozenset(request.POST.getlist("right")) & frozenset(RIGHTS) & visit.rights) | (before - visit.rights)


def _holders(people: list[Colleague], code: str) -> list[Colleague]:
    return [one for one in people if code in one.roles]


def _place(fault: SiegelpostError) -> str | None:
    """The field that a fault is about; what is wrong with places stands above all."""
    return None if isinstance(fault, RoleWithoutLists | NotYoursToGive) else "name"


def _page(
    request: HttpRequest, visit: Visit, form: RoleForm, shown: Shown, one: MadeRole | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    may = one is None or "role" in visit.changes
    grid = [
        (AREAS[area], [_box(f"{area}.{action}", str(ACTIONS[action]), shown.on, visit, may) for action in actions])
        for area, actions in CATALOGUE.items()
    ]
    holders = _holders(colleagues(visit.tenant), one.code) if one else []
    reach = choices(visit.tenant, shown.limits)
    values = {"one": one, "form": form, "grid": grid, "holders": holders, "may": may, "reach": reach, **more}
    return render(request, visit, "web/roles/edit.html", values, status=status)


def _box(right: str, words: str, on: frozenset[str], visit: Visit, may: bool) -> Box:
    return Box(right, words, right in on, may and right in visit.rights)


ROUTES = [
    path("roles", roles, name="roles"),
    path("roles/new", new, name="role_new"),
    path("roles/<int:number>", role, name="role"),
    path("roles/<int:number>/delete", delete, name="role_delete"),
]

"""The re-certification: somebody looks through everybody's roles, twice a year."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.errors import ConfirmedByAnother, PersonUnknown, ReviewMissing, ReviewRuns, RolesMoved, RowsOpen
from siegelpost.accounts.reads import names_of
from siegelpost.accounts.roles import made_roles
from siegelpost.accounts.rules import OPERATOR
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.reads import Act
from siegelpost.flows import recertify
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.role_words import NAMES, named

LARGEST = 2**63 - 1  # a number in an address may be any; a database takes no more


@require_GET
@page
def review(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The one that runs, person by person, and those that are over."""
    return _page(request, visit)


@require_POST
@page
def begin(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Open one; a second click finds it open."""
    try:
        recertify.begin(visit.tenant, actor=visit.actor, now=clock.now())
    except ReviewRuns as fault:
        toast(request, "info", fault.text())
    return see_other(visit, "review")


@require_POST
@page
def confirm(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """The roles that the page showed are right for this person."""
    seen = tuple(request.POST.getlist("role"))
    try:
        recertify.confirm(visit.tenant, min(person_id, LARGEST), seen, actor=visit.actor, now=clock.now())
    except (ConfirmedByAnother, PersonUnknown, ReviewMissing, RolesMoved) as fault:
        return _page(request, visit, fault)
    return see_other(visit, "review")


@require_POST
@page
def close(request: HttpRequest, visit: Visit) -> HttpResponse:
    """End it, once everybody was looked at."""
    try:
        recertify.close(visit.tenant, actor=visit.actor, now=clock.now())
    except (ReviewMissing, RowsOpen) as fault:
        return _page(request, visit, fault)
    toast(request, "success", _("The review is closed. The log keeps who looked at whom."))
    return see_other(visit, "review")


def _page(request: HttpRequest, visit: Visit, fault: SiegelpostError | None = None) -> HttpResponse:
    found, over, made = recertify.running(visit.tenant), recertify.closed(visit.tenant), made_roles(visit.tenant)
    rows = found.rows if found else []
    names = _names([*([found.opened] if found else []), *over], [row.by for row in rows])
    values = {
        "running": found,
        "opener": _said(found.opened.actor, names) if found else "",
        "rows": [(row, ", ".join(named(row.person.roles, made)), _said(row.by, names)) for row in rows],
        "over": [(one, _said(one.actor, names)) for one in over],
        "fault": fault.as_dict() if fault else None,
    }
    return render(request, visit, "web/roles/review.html", values, status=fault.status if fault else 200)


def _said(actor: str, names: dict[str, str]) -> str:
    return str(NAMES[OPERATOR]) if actor == OPERATOR else names.get(actor, actor)


def _names(acts: list[Act], actors: list[str]) -> dict[str, str]:
    """Actor -> name, for those who are of the staff."""
    ids = {actor: int(actor[6:]) for actor in (*(one.actor for one in acts), *actors) if actor.startswith("staff:")}
    known = names_of(ids.values())
    return {actor: known[number] for actor, number in ids.items() if number in known}


ROUTES = [
    path("roles/review", review, name="review"),
    path("roles/review/begin", begin, name="review_begin"),
    path("roles/review/<int:person_id>/confirm", confirm, name="review_confirm"),
    path("roles/review/close", close, name="review_close"),
]

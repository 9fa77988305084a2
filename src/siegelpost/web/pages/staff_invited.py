"""Somebody who was invited and has not come yet: what they get, until when, and taking it back."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.invitations import invitation
from siegelpost.accounts.reads import powers_here
from siegelpost.accounts.roles import made_roles
from siegelpost.base import clock
from siegelpost.flows.invite import withdraw
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.role_words import named


@require_http_methods(["GET", "POST"])
@again_first
@page
def staff_invited(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One invitation; POST takes it back."""
    now = clock.now()
    found = invitation(visit.tenant.number, number, now=now)
    within_reach = visit.powers.cover(powers_here(visit.tenant, found.wish.roles))
    if request.method == "POST":
        withdraw(visit.tenant, number, actor=visit.actor, now=now)
        toast(request, "success", _("The invitation is withdrawn; its link opens nothing."))
        return see_other(visit, "staff")
    values = {"one": found, "roles": ", ".join(named(found.wish.roles, made_roles(visit.tenant))), "within_reach": within_reach}
    return render(request, visit, "web/staff/invited.html", values)


ROUTES = [path("staff/invited/<int:number>", staff_invited, name="staff_invited")]

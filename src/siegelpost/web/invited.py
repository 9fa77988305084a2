"""Where the mail of an invitation leads: whoever has the link comes in, or, with an account that is there, accepts it logged in."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.errors import InvitationNotYours, OperatorInvited
from siegelpost.accounts.invitations import Invited
from siegelpost.accounts.reads import Person
from siegelpost.accounts.roles import made_roles
from siegelpost.accounts.services import change_profile
from siegelpost.base import clock
from siegelpost.flows.invite import accept, opened
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import toast
from siegelpost.web.gate import again_first, members_only
from siegelpost.web.login import enter_by_link
from siegelpost.web.pages.role_words import named


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """GET shows one button, so that a program that looks at links in advance uses nothing up; POST makes the account and logs in.

    An account that is somebody's is led to the login: the link alone does not open it.
    """
    tenant, found, owner = opened(secret, now=clock.now())
    if owner is not None:
        return HttpResponseRedirect(reverse("web:invitation_mine", kwargs={"secret": secret}), status=303)
    if request.method == "GET":
        return _page(request, tenant, found)
    _tenant, person = accept(secret, None, now=clock.now())
    change_profile(person, name=person.name, language="de" if get_language() == "de" else "en")
    return enter_by_link(request, person)


@require_http_methods(["GET", "POST"])
@again_first
@members_only
def invitation_mine(request: HttpRequest, secret: str) -> HttpResponse:
    """The same for the owner of an account, who has just shown what opens it."""
    person = cast("Person", request.user)
    tenant, found, owner = opened(secret, now=clock.now())
    if owner is None or owner.pk != person.pk:
        raise InvitationNotYours
    if owner.operator:
        raise OperatorInvited
    if request.method == "GET":
        return _page(request, tenant, found, mine=True)
    accept(secret, person, keep=request.session.session_key or "", now=clock.now())
    toast(request, "success", _("You have access now."))
    return HttpResponseRedirect(reverse("web:home"), status=303)


def _page(request: HttpRequest, tenant: TenantDB, found: Invited, *, mine: bool = False) -> HttpResponse:
    values = {"mine": mine, "name": tenant.name, "email": found.wish.email, "roles": ", ".join(named(found.wish.roles, made_roles(tenant)))}
    return render(request, "web/invitation.html", values)


ROUTES = [
    path("invitation/<str:secret>", invitation, name="invitation"),
    path("account/invitation/<str:secret>", invitation_mine, name="invitation_mine"),
]

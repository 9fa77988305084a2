"""Everybody's own sessions: where they are logged in, and how to end it."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.reads import Person
from siegelpost.accounts.stays import end_one, sessions_of
from siegelpost.base import clock
from siegelpost.web.answers import toast
from siegelpost.web.gate import half_way, members_only


@require_http_methods(["GET", "POST"])
@half_way
def alive(request: HttpRequest) -> HttpResponse:
    """A script says (POST) that its person types or moves, or asks (GET) whether the session is open still: 204, or 423 from the watch."""
    return HttpResponse(status=204)


@require_GET
@members_only
def sessions(request: HttpRequest) -> HttpResponse:
    """The list."""
    found = sessions_of(cast("Person", request.user).pk, mine=request.session.session_key or "", now=clock.now())
    return render(request, "web/account/sessions.html", {"sessions": found})


@require_POST
@members_only
def end(request: HttpRequest) -> HttpResponse:
    """End one of them, at once."""
    end_one(cast("Person", request.user).pk, request.POST.get("mark", ""))
    toast(request, "success", _("The session has ended."))
    return HttpResponseRedirect(reverse("web:own_sessions"), status=303)

"""Watches every session: without a sign of life it locks, from elsewhere too, and after a working day it is over.

A locked session answers nothing but the question for the password; what a page shows meanwhile is hidden by lock.js.
"""

from collections.abc import Callable
from typing import Final, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from siegelpost.accounts.reads import Person
from siegelpost.accounts.stay_rules import LOCKED, OVER, Trace, trace_of
from siegelpost.accounts.stays import idle_of, look, seen
from siegelpost.base import clock
from siegelpost.web.again import ways_back

STATUS: Final = 423
"""Locked (RFC 4918 section 11.3): scripts tell it from every other refusal."""
OPEN_WHILE_LOCKED: Final = ("web:again", "account_logout", "web:language")


class Watch:
    """Stands before every page of somebody who is logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._open = frozenset(reverse(name) for name in OPEN_WHILE_LOCKED)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if not request.user.is_authenticated or key is None:
            return self._get_response(request)
        person, now = request.user, clock.now()
        idle = idle_of(person)
        where = trace(request)
        found, stay = look(key, where, idle=idle, now=now)
        if found == OVER:
            logout(request)
        elif found == LOCKED and request.path not in self._open:
            return locked(request)
        elif found != LOCKED and is_sign_of_life(request):
            seen(key, stay, now=now)
        request.stay, request.stay_trace, request.lock_after = stay, where, int(idle.total_seconds())  # type: ignore[attr-defined]
        return self._get_response(request)


def trace(request: HttpRequest) -> Trace:
    """From where this request comes."""
    return trace_of(get_adapter().get_client_ip(request), request.headers.get("User-Agent", ""))


def is_sign_of_life(request: HttpRequest) -> bool:
    """Whether a person stands behind it: a page that is opened, something that is sent. Parts that ask for news by themselves are none."""
    if request.method == "POST":
        return True
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def locked(request: HttpRequest) -> HttpResponse:
    """What a locked session answers; to scripts nothing but the status."""
    if "HX-Request" in request.headers or "text/html" not in request.headers.get("Accept", "text/html"):
        return HttpResponse(status=STATUS)
    here = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
    values = {"next": here, "is_locked": True, "sent": request.method == "POST", **ways_back(cast("Person", request.user))}
    return render(request, "web/again.html", values, status=STATUS)

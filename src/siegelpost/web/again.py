"""Show once more that it is you: a locked session opens by it, and what is sensitive asks for it."""

from typing import Any, Final, cast
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.factors import APP, PASSKEY, kinds_of
from siegelpost.accounts.reads import Person
from siegelpost.accounts.stays import lock, unlock
from siegelpost.base import clock
from siegelpost.web.factor_forms import Ours, taken
from siegelpost.web.gate import half_way

FRESH: Final = "fresh_at"
"""In the session: when its person last showed the password, seconds since 1970."""


class PasskeyAgain(Ours, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth brings no types
    """A passkey of whoever is logged in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


@require_http_methods(["GET", "POST"])
@half_way
def again(request: HttpRequest) -> HttpResponse:
    """Ask, and open. Scripts (lock.js) ask with X-Requested-With and get 204, or 422 with a sentence."""
    person, by_script = cast("Person", request.user), "X-Requested-With" in request.headers
    if request.method == "GET":
        if by_script:
            return JsonResponse({"request_options": begin_authentication(person)}, json_dumps_params={"default": dict})
        return _page(request, person)
    if request.POST.get("lock"):
        lock(request.session.session_key or "", now=clock.now())
        return HttpResponse(status=204)
    fault = _fault(request, person)
    if fault:
        return HttpResponse(fault, status=422, content_type="text/plain; charset=utf-8") if by_script else _page(request, person, fault)
    now = clock.now()
    unlock(request.session.session_key or "", request.stay_trace, now=now)  # type: ignore[attr-defined]
    request.session[FRESH] = int(now.timestamp())
    return HttpResponse(status=204) if by_script else HttpResponseRedirect(_next(request), status=303)


def ways_back(person: Person) -> dict[str, Any]:
    """What somebody can show: the password, a passkey; the code of an app only where there is neither."""
    kinds = kinds_of(person.pk)
    has_password, has_passkey = person.has_usable_password(), PASSKEY in kinds
    return {"has_password": has_password, "has_passkey": has_passkey, "has_app": APP in kinds and not (has_password or has_passkey)}


def _fault(request: HttpRequest, person: Person) -> str:
    """What is wrong with what was shown, "" for nothing. Wrong passwords and codes count as those of the login do."""
    try:
        if request.POST.get("credential"):
            form = PasskeyAgain(request.POST, user=person)
            return "" if form.is_valid() else _("This passkey opens nothing here.")
        if request.POST.get("code") and ways_back(person)["has_app"]:
            taken(person, request.POST["code"])
            return ""
        found = get_adapter().authenticate(request, email=person.email, password=request.POST.get("password", ""))
        return "" if found is not None and found.pk == person.pk else _("This password is not right.")
    except (ValidationError, forms.ValidationError) as fault:
        return " ".join(fault.messages)


def _next(request: HttpRequest) -> str:
    parts = urlsplit(request.POST.get("next", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


def _page(request: HttpRequest, person: Person, fault: str = "") -> HttpResponse:
    values = {"next": request.POST.get("next") or request.GET.get("next", "/"), "fault": fault, **ways_back(person)}
    return render(request, "web/again.html", values, status=422 if fault else 200)

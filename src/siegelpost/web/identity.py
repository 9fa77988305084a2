"""Login with an identity provider: away, back, and out when the provider says so."""

import hashlib
from dataclasses import asdict
from typing import Final, cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import login as begin_session
from django.contrib.auth import logout
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.errors import IdentityRefused, IdentityUnreachable
from siegelpost.accounts.id_tokens import LEEWAY, LOGOUT_LASTS, TokenWrong
from siegelpost.base import clock
from siegelpost.base.oidc import Provider
from siegelpost.base.settings import process_settings
from siegelpost.flows.identity_login import Away, end_by_provider, send_away, take_back, who_is_out

AWAY: Final = "identity_away"
OIDC: Final = "oidc"
BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
LONGEST: Final = 20_000
"""Signs of a logout token."""


@require_POST
def away(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the browser there; only by a button of ours, so that nobody is logged in by a page that they look at."""
    found = _provider(provider)
    url, kept = send_away(found, _back_to(found))
    request.session[AWAY] = {"provider": found.name, **asdict(kept)}
    return HttpResponseRedirect(url, status=303)


@require_GET
def back(request: HttpRequest, provider: str) -> HttpResponse:
    """What the browser brings counts once, and only in the session that was sent away."""
    found = _provider(provider)
    kept: dict[str, str] = request.session.pop(AWAY, {})
    if kept.pop("provider", "") != found.name:
        raise IdentityRefused
    try:
        came = take_back(found, Away(**kept), request.GET.dict(), _back_to(found), now=clock.now())
    except IdentityRefused:
        user_login_failed.send(sender=back, credentials={}, request=request)
        raise
    if request.user.is_authenticated:
        logout(request)
    target = reverse("web:home")
    if not came.proven:
        record_authentication(request, came.person, OIDC)
        return cast("HttpResponse", perform_login(request, Login(user=came.person, redirect_url=target)))
    record_authentication(request, came.person, "mfa", type=OIDC)
    begin_session(request, came.person, backend=BACKEND)
    return HttpResponseRedirect(target, status=303)


@csrf_exempt
@require_POST
def end(request: HttpRequest, provider: str) -> HttpResponse:
    """Back-Channel Logout section 2.5: the provider itself says that somebody is out. A token counts once."""
    found = _provider(provider)
    try:
        token = str(request.POST.get("logout_token", ""))
        if len(token) > LONGEST:
            raise TokenWrong("form")
        subject, name = who_is_out(found, token, now=clock.now())
    except TokenWrong:
        return HttpResponse("invalid_request\n", status=400, content_type="text/plain; charset=utf-8")
    except IdentityUnreachable:
        return HttpResponse(status=502)
    key = f"oidc:{found.name}:{hashlib.sha256(name.encode()).hexdigest()}"
    if cache.get(key):
        return HttpResponse("invalid_request\n", status=400, content_type="text/plain; charset=utf-8")
    end_by_provider(found, subject, now=clock.now())
    cache.set(key, 1, LOGOUT_LASTS + LEEWAY)  # after it: one that could not be heeded is sent again; two at once end the same sessions
    return HttpResponse(status=200)


def _provider(name: str) -> Provider:
    found = next((one for one in process_settings().providers if one.name == name), None)
    if found is None:
        raise Http404
    return found


def _back_to(provider: Provider) -> str:
    return process_settings().staff_url + reverse("web:identity_back", args=[provider.name])

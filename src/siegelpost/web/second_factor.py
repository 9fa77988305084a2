"""Everybody's own second factors: an app, passkeys, recovery codes. Open to those who must set one up before anything else."""

import base64
import json
import secrets
from typing import Any, Final, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal.auth import begin_registration
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.factors import APP, CODES, PASSKEY, SECRET_BYTES, factors_of, has_factor, opened, sealed
from siegelpost.accounts.reads import Person
from siegelpost.accounts.rule_rows import requires
from siegelpost.accounts.totp import judge
from siegelpost.base import clock
from siegelpost.flows import second_factor as flow
from siegelpost.web.answers import toast
from siegelpost.web.factor_forms import NewPasskeyForm, why_not
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import again_first, half_way, members_only

NEW: Final = "second_factor_new"


class AppForm(PlainForm):
    """The first code of an app."""

    code = forms.CharField(
        label=gettext_lazy("Code that the app shows"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_GET
@half_way
def second_factor(request: HttpRequest) -> HttpResponse:
    """What there is, and what can be added."""
    return _page(request)


@require_http_methods(["GET", "POST"])
@again_first
@half_way
def app(request: HttpRequest) -> HttpResponse:
    """Show a secret as picture and letters, and take the first code. The secret waits encrypted in the session."""
    person = cast("Person", request.user)
    secret = opened(request.session.get(NEW, ""))
    if request.method != "POST" or not secret:
        secret = secret or secrets.token_bytes(SECRET_BYTES)
        request.session[NEW] = sealed(secret)
        return _app(request, AppForm(), secret)
    form, now = AppForm(request.POST), clock.now()
    if not form.is_valid():
        return _app(request, form, secret, status=422)
    judged = judge(secret, form.cleaned_data["code"], seconds=int(now.timestamp()), last=-1)
    if judged.step is None:
        form.add_error("code", why_not(judged))
        return _app(request, dress(form), secret, status=422)
    first = not has_factor(person.pk)
    flow.add_app(person, secret, judged.step, keep=request.session.session_key or "", now=now)
    del request.session[NEW]
    record_authentication(request, person, "mfa", type=APP)
    return _added(request, person, first=first)


@require_http_methods(["GET", "POST"])
@again_first
@half_way
def passkey(request: HttpRequest) -> HttpResponse:
    """Let the browser make a passkey, and keep it."""
    person = cast("Person", request.user)
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, user=person, initial={"name": ""})
    if request.method != "POST" or not form.is_valid():
        options = json.dumps(begin_registration(person, passwordless=True), default=dict)
        values = {"form": form, "options": options}
        return render(request, "web/account/passkey.html", values, status=422 if form.is_bound else 200)
    first = not has_factor(person.pk)
    name = form.cleaned_data["name"].strip() or _("Passkey")
    flow.add_passkey(person, name, form.cleaned_data["credential"], keep=request.session.session_key or "", now=clock.now())
    record_authentication(request, person, "mfa", type=PASSKEY)
    return _added(request, person, first=first)


@require_POST
@again_first
@members_only
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown in this answer and nowhere else."""
    return _codes(request, cast("Person", request.user))


@require_POST
@again_first
@members_only
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Take one away."""
    flow.remove(cast("Person", request.user), factor_id, now=clock.now())
    toast(request, "success", _("The second factor has been removed."))
    return HttpResponseRedirect(reverse("web:second_factor"), status=303)


def _added(request: HttpRequest, person: Person, *, first: bool) -> HttpResponse:
    """With the first factor come the recovery codes."""
    if first:
        return _codes(request, person)
    toast(request, "success", _("The second factor has been added."))
    return HttpResponseRedirect(reverse("web:second_factor"), status=303)


def _codes(request: HttpRequest, person: Person) -> HttpResponse:
    found = flow.new_codes(person, now=clock.now())
    return render(request, "web/account/codes.html", {"codes": [f"{code[:5]} {code[5:]}" for code in found]})


def _app(request: HttpRequest, form: AppForm, secret: bytes, status: int = 200) -> HttpResponse:
    letters, adapter = base64.b32encode(secret).decode(), get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, letters))
    values = {
        "form": form,
        "letters": " ".join(letters[start : start + 4] for start in range(0, len(letters), 4)),
        "picture": "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode(),
    }
    return render(request, "web/account/app.html", values, status=status)


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    person = cast("Person", request.user)
    found = factors_of(person.pk)
    values: dict[str, Any] = {
        "app": next((one for one in found if one.kind == APP), None),
        "passkeys": [one for one in found if one.kind == PASSKEY],
        "codes": next((one for one in found if one.kind == CODES), None),
        "required": requires(person),
    }
    return render(request, "web/account/second_factor.html", values, status=status)

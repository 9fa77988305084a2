"""What people say about themselves: name, language, password."""

from typing import cast

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegelpost.accounts.password_rules import VERSION
from siegelpost.accounts.passwords import least_for, note_rule
from siegelpost.accounts.reads import Person
from siegelpost.accounts.services import change_profile
from siegelpost.accounts.sessions import end_sessions
from siegelpost.web.answers import toast
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import again_first, members_only
from siegelpost.web.middleware import IS_HTTPS, LANGUAGE_COOKIE

LANGUAGES = (("de", "Deutsch"), ("en", "English"))
ONE_YEAR = 31_536_000  # seconds


class Profile(PlainForm):
    """Name and language."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)


@require_http_methods(["GET", "POST"])
@members_only
def account(request: HttpRequest) -> HttpResponse:
    """Show and change the profile."""
    person = cast("Person", request.user)
    form = Profile(request.POST or None, initial={"name": person.name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        change_profile(person, name=form.cleaned_data["name"], language=form.cleaned_data["language"])
        with translation.override(form.cleaned_data["language"]):
            toast(request, "success", _("Saved."))
        return HttpResponseRedirect(reverse("web:account"), status=303)
    return _page(request, form, secret_form(person), status=422 if form.is_bound else 200)


@require_POST
@again_first
@members_only
def password(request: HttpRequest) -> HttpResponse:
    """Set a password; this session stays, all others end."""
    person = cast("Person", request.user)
    form, first = secret_form(person, request.POST), not person.has_usable_password()
    if not form.is_valid():
        profile = Profile(initial={"name": person.name, "language": person.language})
        return _page(request, profile, form, status=422)
    form.save()
    note_rule(person)
    update_session_auth_hash(request, person)
    end_sessions(person.pk, keep=request.session.session_key or "")
    toast(request, "success", _("Your password has been set."))
    return HttpResponseRedirect(reverse("web:home" if first else "web:account"), status=303)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language, before the login too."""
    wanted = "de" if request.POST.get("language") == "de" else "en"
    if request.user.is_authenticated:
        change_profile(request.user, name=request.user.name, language=wanted)
    back = request.POST.get("back", "")
    safe = back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else reverse("web:home")
    response = HttpResponseRedirect(safe, status=303)
    response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=IS_HTTPS)
    return response


def secret_form(person: Person, posted: QueryDict | None = None) -> "SetPasswordForm[Person]":
    """Two fields for a new password, judged by the rule that holds for this person."""
    form = SetPasswordForm(person, posted)
    form.fields["new_password1"].help_text = _(
        "At least %(n)d characters: letters, digits and something else. No name, no address, nothing that everybody tries."
    ) % {"n": least_for(person)}
    form.fields["new_password2"].label, form.fields["new_password2"].help_text = _("New password once more"), ""
    return dress(form)


def _page(request: HttpRequest, profile: forms.Form, secret: forms.Form, status: int = 200) -> HttpResponse:
    person = cast("Person", request.user)
    old = person.has_usable_password() and person.password_rule < VERSION
    return render(request, "web/account.html", {"profile": profile, "secret": secret, "old_password": old}, status=status)

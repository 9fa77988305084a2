"""A forgotten password: ask for a link, and set a new password with it. Nobody is logged in by either."""

from allauth.core.internal import ratelimit
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.errors import ResetTooOften
from siegelpost.accounts.passwords import note_rule
from siegelpost.accounts.reads import Person
from siegelpost.accounts.resets import ask, person_of
from siegelpost.base import clock
from siegelpost.flows.reset_password import set_password
from siegelpost.web.account import secret_form
from siegelpost.web.answers import toast
from siegelpost.web.forms import PlainForm

LIMITS = {"forgotten": "20/h/ip,3/h/key"}
"""An office behind one address, and somebody who asks again because a mail is slow."""


class Forgotten(PlainForm):
    """Whose password it is."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same for everybody, and costs the same, whether we know the address or not."""
    form = Forgotten(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "web/forgotten.html", {"form": form}, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"].lower()
    if not ratelimit.consume(request, app="siegelpost", action="forgotten", config=LIMITS, key=email):
        raise ResetTooOften
    ask(email, now=clock.now())
    return render(request, "web/forgotten.html", {"asked": True})


@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form, so that a program that looks at links in advance uses nothing up; POST sets the password."""
    person: Person = person_of(token, now=clock.now())
    form: SetPasswordForm[Person] = secret_form(person, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "web/new_password.html", {"form": form, "person": person}, status=422 if form.is_bound else 200)
    note_rule(set_password(token, form.cleaned_data["new_password1"], now=clock.now()))
    toast(request, "success", _("Your password has been set. Log in with it."))
    return HttpResponseRedirect(reverse("web:login"), status=303)

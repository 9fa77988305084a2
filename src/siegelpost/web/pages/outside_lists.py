"""Lists of others of people who want no advertising: what is set up, how old it is, and a newer one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.base import clock
from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.settings import process_settings
from siegelpost.consent.listed.digests import ALGORITHMS
from siegelpost.consent.listed.errors import ListDateWrong
from siegelpost.consent.listed.hash_file import MOST_BYTES
from siegelpost.consent.listed.states import DAY, FILE, ListView, lists_of
from siegelpost.consent.rules import ECG, ROBINSON
from siegelpost.flows.listed import EDITION_LIMIT, TEXT_LIMIT, ListFile, limits_of, take_ecg, take_robinson
from siegelpost.flows.scanned import ensure_clean
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.uploads import takes_file

NAMES: Final = {
    "plain": gettext_lazy("Addresses in clear"), "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512",
}  # fmt: skip
"""What entries are -> what it is called."""


class EcgForm(PlainForm):
    """A newer file."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("“ecg-liste.hash” as RTR gives it out."))
    dated = forms.DateField(
        label=gettext_lazy("Fetched on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The day on which it was fetched: from then on its age counts."),
    )
    shorter = forms.BooleanField(label=gettext_lazy("It may have less than half of the entries of the one before"), required=False)


class RobinsonForm(EcgForm):
    """The same with what a Robinson list needs beside it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or text with one entry per line, bare hashes, or a ZIP file with one of these."),
    )
    algorithm = forms.ChoiceField(label=gettext_lazy("Its entries are"), choices=[(one, NAMES[one]) for one in ALGORITHMS])
    licence = forms.CharField(
        label=gettext_lazy("Licence"), max_length=TEXT_LIMIT, help_text=gettext_lazy("The contract by which you may use this list.")
    )
    edition = forms.CharField(label=gettext_lazy("Version"), max_length=EDITION_LIMIT, required=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One list on the page; `found` is None where it is not set up."""

    source: str
    form: EcgForm
    days: int
    found: ListView | None
    is_good: bool
    age: int


@require_http_methods(["GET", "POST"])
@takes_file
@page
def outside_lists(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show what is there, and take a newer one over."""
    source = ROBINSON if "robinson-dated" in request.POST else ECG
    form = FORMS[source](request.POST, request.FILES, prefix=source) if request.method == "POST" else FORMS[source](prefix=source)
    if request.method != "POST" or not form.is_valid():
        return _page(request, visit, source, form, 422 if form.is_bound else 200)
    said, now = form.cleaned_data, clock.now()
    try:
        ensure_clean(visit.tenant, said["file"], actor=visit.actor, now=now)
        data = said.pop("file").read(MOST_BYTES + 1)
        brought = ListFile(data=data, **said)
        entries = TAKES[source](visit.tenant, brought, settings=process_settings(), actor=visit.actor, now=now)
    except (BadInput, Refused) as fault:
        form.add_fault(fault, "dated" if isinstance(fault, ListDateWrong) else "file")
        return _page(request, visit, source, form, fault.status)
    toast(request, "success", _("Taken over: %(n)d entries. Everybody was compared with them.") % {"n": entries})
    return see_other(visit, "suppression_lists")


def _page(request: HttpRequest, visit: Visit, source: str, form: EcgForm, status: int = 200) -> HttpResponse:
    found = lists_of(visit.tenant)
    cards = [_card(one, form if one == source else FORMS[one](prefix=one), found.get(one)) for one in FORMS]
    return render(request, visit, "web/suppression/lists.html", {"cards": cards}, status=status)


def _card(source: str, form: EcgForm, found: ListView | None) -> Card:
    now, days = clock.now(), limits_of(process_settings())[source, FILE] // DAY
    return Card(source, form, days, found, found is not None and found.is_good(now), found.age_days(now) if found else 0)


FORMS: Final[dict[str, type[EcgForm]]] = {ECG: EcgForm, ROBINSON: RobinsonForm}
TAKES: Final[dict[str, Callable[..., int]]] = {ECG: take_ecg, ROBINSON: take_robinson}
ROUTES: Final = [path("suppression/lists", outside_lists, name="suppression_lists")]

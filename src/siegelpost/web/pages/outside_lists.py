"""Lists of others of people who want no advertising: what is set up, how old it is, and a newer one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.base import clock
from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.settings import process_settings
from siegelpost.consent.listed.ecg_file import MOST_BYTES
from siegelpost.consent.listed.errors import ListDateWrong
from siegelpost.consent.listed.states import ListView, lists_of
from siegelpost.consent.rules import ECG
from siegelpost.flows.listed import ListFile, take_ecg
from siegelpost.flows.scanned import ensure_clean
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.uploads import takes_file


class EcgForm(PlainForm):
    """A newer file."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("“ecg-liste.hash” as RTR gives it out."))
    dated = forms.DateField(
        label=gettext_lazy("Fetched on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The day on which it was fetched from RTR: from then on its age counts."),
    )
    shorter = forms.BooleanField(label=gettext_lazy("It may have less than half of the entries of the one before"), required=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One list on the page; `found` is None where it is not set up."""

    found: ListView | None
    is_good: bool
    age: int


@require_http_methods(["GET", "POST"])
@takes_file
@page
def outside_lists(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show what is there, and take a newer one over."""
    form = EcgForm(request.POST, request.FILES, prefix=ECG) if request.method == "POST" else EcgForm(prefix=ECG)
    if request.method != "POST" or not form.is_valid():
        return _page(request, visit, form, 422 if form.is_bound else 200)
    said, now = form.cleaned_data, clock.now()
    try:
        ensure_clean(visit.tenant, said["file"], actor=visit.actor, now=now)
        file = ListFile(data=said["file"].read(MOST_BYTES + 1), dated=said["dated"], shorter=said["shorter"])
        entries = take_ecg(visit.tenant, file, settings=process_settings(), actor=visit.actor, now=now)
    except (BadInput, Refused) as fault:
        form.add_fault(fault, "dated" if isinstance(fault, ListDateWrong) else "file")
        return _page(request, visit, form, fault.status)
    toast(request, "success", _("Taken over: %(n)d entries. Everybody was compared with them.") % {"n": entries})
    return see_other(visit, "suppression_lists")


def _page(request: HttpRequest, visit: Visit, form: EcgForm, status: int = 200) -> HttpResponse:
    now, found = clock.now(), lists_of(visit.tenant)
    values: dict[str, Any] = {"ecg": _card(found.get(ECG), now), "form": form, "days": process_settings().ecg_file_days}
    return render(request, visit, "web/suppression/lists.html", values, status=status)


def _card(found: ListView | None, now: datetime) -> Card:
    return Card(found, found is not None and found.is_good(now), found.age_days(now) if found else 0)


ROUTES: Final = [path("suppression/lists", outside_lists, name="suppression_lists")]

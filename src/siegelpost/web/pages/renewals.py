"""Ask people with old consents whether they want to go on: counted first, then a draft like any mailing."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.audience.leaving import labels
from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.renewals import DAYS, MONTHS, renewals
from siegelpost.flows.renew_consents import Order, prepare, preview
from siegelpost.mailings.reads import senders_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page


class RenewalForm(PlainForm):
    """Whom to ask."""

    list = forms.TypedChoiceField(label=gettext_lazy("List"), coerce=int)
    months = forms.IntegerField(label=gettext_lazy("Consents older than (months)"), min_value=MONTHS[0], max_value=MONTHS[1], initial=24)
    days = forms.IntegerField(
        label=gettext_lazy("Days for an answer"),
        min_value=DAYS[0],
        max_value=DAYS[1],
        initial=30,
        help_text=gettext_lazy("Counted from the end of the mailing. Whoever got it and says nothing gets no more mail of this list."),
    )
    sender = forms.TypedChoiceField(label=gettext_lazy("Sender"), coerce=int)

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        self.base_fields["list"].choices = list(list_names(visit.tenant).items())  # type: ignore[attr-defined]
        self.base_fields["sender"].choices = [(one.id, f"{one.name} <{one.email}>") for one in senders_of(visit.tenant)]  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)


@require_GET
@page
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who was asked, and what came of it."""
    found = renewals(visit.tenant)
    names = labels(visit.tenant, {one.list_id for one in found})
    return render(request, visit, "web/renewals/renewals.html", {"rows": [(one, names[one.list_id]) for one in found]})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Count, and then prepare the draft; nothing is sent from here."""
    form = RenewalForm(visit, request.POST if request.method == "POST" else None)
    values: dict[str, Any] = {"form": form, "ready": bool(list_names(visit.tenant)) and bool(senders_of(visit.tenant))}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said, now = form.cleaned_data, clock.now()
            try:
                if "prepare" in request.POST:
                    order = Order(list_id=said["list"], months=said["months"], days=said["days"], sender_id=said["sender"])
                    number = prepare(visit.tenant, order, actor=visit.actor, now=now)
                    toast(request, "success", _("The draft is ready. Look at it, change it, and send it like any mailing."))
                    return see_other(visit, "mailing", mailing_id=number)
                values["old"] = preview(visit.tenant, said["list"], said["months"], now=now)
                status = 200
            except SiegelpostError as fault:
                form.add_fault(fault, "months")
    return render(request, visit, "web/renewals/new.html", values, status=status)


ROUTES = [path("renewals", overview, name="renewals"), path("renewals/new", new, name="renewal_new")]

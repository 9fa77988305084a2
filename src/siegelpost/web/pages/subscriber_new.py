"""Add one person by hand: as an import of one, with ground and source."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.audience.addresses import MAX_ADDRESS
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.add_subscriber import AddressSuppressed, AddressWrong, NewSubscriber, OnListAlready, add_subscriber
from siegelpost.intake.orders import MAX_WORDS
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.person_form import values_of, with_cells

ABOUT_ADDRESS = (AddressWrong, AddressSuppressed, OnListAlready)


class NewPerson(PlainForm):
    """Who, on which list, why, and from where; then what may be said besides."""

    field_order = ("email", "list", "ground", "source")

    email = forms.CharField(
        label=gettext_lazy("E-mail address"), max_length=MAX_ADDRESS, widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"})
    )
    ground = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=MAX_WORDS,
        help_text=gettext_lazy("Why this person may be written to, for example “written consent at the fair of May 2026”."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=MAX_WORDS,
        help_text=gettext_lazy("Where the data come from: people may ask you (Art. 14 GDPR)."),
    )


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The form; after it the person's page."""
    form = _form(visit)(request.POST or None, initial={"list": request.GET.get("list", "")})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        person = NewSubscriber(
            email=cleaned["email"], list_id=cleaned["list"], ground=cleaned["ground"], source=cleaned["source"], fields=values_of(form)
        )
        try:
            added = add_subscriber(visit.tenant, person, actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "email" if isinstance(fault, ABOUT_ADDRESS) else None)
        else:
            known = _("This person was stored already and is now on the list, too. The other fields stayed as they were.")
            toast(request, "info" if added.known else "success", known if added.known else _("Added."))
            return see_other(visit, "subscriber", person_id=added.subscriber_id)
    return render(request, visit, "web/subscribers/new.html", {"form": form}, status=422 if form.is_bound else 200)


def _form(visit: Visit) -> type[NewPerson]:
    choice = forms.TypedChoiceField(label=_("List"), coerce=int, choices=[("", "–"), *list_names(visit.tenant).items()])
    return with_cells(NewPerson, fields_of(visit.tenant), {}, list=choice)


ROUTES = [path("subscribers/new", new, name="subscriber_new")]

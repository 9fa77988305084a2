"""Who mailings come from. The pages of their domains are in `sender_domain`."""

from email.utils import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows.add_sender import add_sender
from siegelpost.mailings.errors import AddressRefused, HeaderRefused
from siegelpost.mailings.reads import domains_of, senders_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.tables import Column, table_of, wanted

MAX_NAME = 120  # as the column has


class SenderForm(PlainForm):
    """A name and an address for From."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=MAX_NAME,
        help_text=gettext_lazy("What recipients read as the sender, for example “Mustermann Verlag”."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Answers of recipients go here, so somebody should read it."),
    )


@require_GET
@page
def senders(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Addresses and domains."""
    columns = [
        Column("name", _("Name")),
        Column("email", _("E-mail address")),
        Column("domain", _("Domain"), wide=True),
    ]
    asked = wanted(request.GET, columns, default="name")
    words = asked.q.casefold()
    rows = [one for one in senders_of(visit.tenant) if words in f"{one.name} {one.email}".casefold()]
    table = table_of(rows, asked, columns, key=lambda one: (getattr(one, asked.by).casefold(), one.id))
    return render(request, visit, "web/senders/senders.html", {"table": table, "domains": domains_of(visit.tenant)})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Add one; next comes how things are with its domain."""
    form = SenderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        mailbox = f'"{quote(form.cleaned_data["name"])}" <{form.cleaned_data["email"]}>'
        settings, now = process_settings(), clock.now()
        try:
            found = add_sender(visit.tenant, mailbox, settings=settings, unverified_ok=False, actor=visit.actor, now=now)
        except AddressRefused as fault:
            return _again(request, visit, form, fault, "email")
        except HeaderRefused as fault:
            return _again(request, visit, form, fault, "name")
        toast(request, "success", _("The sender is ready."))
        return see_other(visit, "sender_domain", domain_id=found.domain_id)
    return render(request, visit, "web/senders/new.html", {"form": form}, status=422 if form.is_bound else 200)


def _again(request: HttpRequest, visit: Visit, form: SenderForm, fault: SiegelpostError, field: str) -> HttpResponse:
    form.add_fault(fault, field)
    return render(request, visit, "web/senders/new.html", {"form": form}, status=fault.status)


ROUTES = [
    path("senders", senders, name="senders"),
    path("senders/new", new, name="sender_new"),
]

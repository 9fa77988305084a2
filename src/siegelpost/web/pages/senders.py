"""Who mailings come from, and what the owners of the domains have to publish in the DNS."""

from email.utils import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.rules import READ, SETTINGS, TENANTS
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows.add_sender import add_sender, permit_unverified, sender_records
from siegelpost.mailings.errors import AddressRefused, HeaderRefused
from siegelpost.mailings.reads import domain_by_id, domains_of, senders_of
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
@page(READ)
def senders(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Addresses and domains."""
    columns = [
        Column("name", _("Name")),
        Column("email", _("E-mail address")),
        Column("domain", _("Domain")),
        Column("code", _("Feedback-ID"), sorts=False),
    ]
    asked = wanted(request.GET, columns, default="name")
    words = asked.q.casefold()
    rows = [one for one in senders_of(visit.tenant) if words in f"{one.name} {one.email}".casefold()]
    table = table_of(rows, asked, columns, key=lambda one: (getattr(one, asked.by).casefold(), one.id))
    return render(request, visit, "web/senders/senders.html", {"table": table, "domains": domains_of(visit.tenant)})


@require_http_methods(["GET", "POST"])
@page(SETTINGS)
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Add one; next come the DNS records of its domain."""
    form = SenderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        mailbox = f'"{quote(form.cleaned_data["name"])}" <{form.cleaned_data["email"]}>'
        try:
            found = add_sender(visit.tenant, mailbox, unverified_ok=False, actor=visit.actor, now=clock.now())
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


@require_GET
@page(READ)
def domain(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """One domain with its DNS records."""
    found = domain_by_id(visit.tenant, domain_id)
    records = sender_records(visit.tenant, found.domain, process_settings())
    values = {
        "domain": found,
        "groups": [
            (_("Publish these"), [one for one in records if one.needed]),
            (_("Advice"), [one for one in records if not one.needed]),
        ],
        "zone": "\n".join(one.zone_line for one in records),
        "senders": [one for one in senders_of(visit.tenant) if one.domain_id == domain_id],
    }
    return render(request, visit, "web/senders/domain.html", values)


@require_POST
@page(TENANTS)
def permit(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """The operator permits sending although nobody checked the DNS."""
    permit_unverified(visit.tenant, domain_id, actor=visit.actor, now=clock.now())
    toast(request, "success", _("Sending from this domain is permitted now."))
    return see_other(visit, "sender_domain", domain_id=domain_id)


ROUTES = [
    path("senders", senders, name="senders"),
    path("senders/new", new, name="sender_new"),
    path("senders/domains/<int:domain_id>", domain, name="sender_domain"),
    path("senders/domains/<int:domain_id>/permit", permit, name="sender_permit"),
]

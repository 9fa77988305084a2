"""What a tenant says about itself, what it demands of the relay, when an address is retired, who keeps checkpoints, where its pages are."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.public_address import public_url_of
from siegelpost.tenancy.change import MOST_BOUNCES, TenantWords, words_of
from siegelpost.tenancy.errors import FieldRefused, TenantStale
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.provision import IMPRINT_LIMIT, NAME_LIMIT
from siegelpost.tenancy.registry import open_tenant
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Difference, Seen, meet
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page

LANGUAGES = (("de", "Deutsch"), ("en", "English"))


class TenantForm(PlainForm):
    """Name, imprint, language, the demand for TLS, the limit of hard bounces, a witness, and the state of them that was looked at."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LIMIT,
        help_text=gettext_lazy("The name recipients know you by. It appears on sign-up pages and in the declaration of consent."),
    )
    imprint = forms.CharField(
        label=gettext_lazy("Imprint"),
        max_length=IMPRINT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Who is responsible, with postal address. Every mailing and every public page carries it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=LANGUAGES,
        help_text=gettext_lazy("For public pages and system e-mails, unless a visitor asks for another one."),
    )
    demands_tls = forms.BooleanField(
        label=gettext_lazy("Send our mail through TLS only"),
        required=False,
        help_text=gettext_lazy(
            "Mailings and system mails then leave this system encrypted and to a relay whose certificate was checked, or not at all: "
            "the message bounces with the code “tls”. What the relay does behind us is unknown here. Switched on, it holds for mailings "
            "that run, too; switched off, those that were launched with it keep it."
        ),
    )
    hard_bounces = forms.IntegerField(
        label=gettext_lazy("Hard bounces in a row that retire an address"),
        required=False,
        min_value=1,
        max_value=MOST_BOUNCES,
    )
    data_protection = forms.EmailField(
        label=gettext_lazy("Address of your data protection officer"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "Once a day a checkpoint of your log goes there. Whoever keeps these mails can prove later that nobody rewrote the log, "
            "not even we."
        ),
    )
    version = Seen()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = process_settings().hard_bounces
        self.fields["hard_bounces"].help_text = _(
            "Empty: %(n)d, as this installation has it. Members of the Certified Senders Alliance may need 1. It holds for returned mail "
            "from now on; addresses that were retired stay retired."
        ) % {"n": usual}


@require_http_methods(["GET", "POST"])
@page
def settings(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show and change them; whoever saves over somebody else's change sees it first."""
    if request.method != "POST":
        return _page(request, visit, TenantForm(initial=_start(visit.tenant)))
    form = TenantForm(request.POST)
    if not form.is_valid():
        return _page(request, visit, form, status=422)
    said = dict(form.cleaned_data)
    version = said.pop("version")
    try:
        change_tenant(visit.tenant, TenantWords(**said), version=version, actor=visit.actor, now=clock.now())
    except FieldRefused as fault:
        form.add_fault(fault, str(fault.facts["field"]))
        return _page(request, visit, form, status=fault.status)
    except TenantStale as fault:
        if differences := meet(form, _start(open_tenant(visit.tenant.slug))):
            return _page(request, visit, form, status=fault.status, differences=differences)
    toast(request, "success", _("Saved."))
    return see_other(visit, "settings")


def _start(tenant: TenantDB) -> dict[str, object]:
    now = words_of(tenant)
    return {**asdict(now), "version": now.version}


def _page(
    request: HttpRequest, visit: Visit, form: TenantForm, status: int = 200, differences: list[Difference] | None = None
) -> HttpResponse:
    public = f"{public_url_of(visit.tenant, process_settings())}/f/{visit.tenant.slug}/"
    values = {"form": form, "differences": differences, "public_forms": public}
    return render(request, visit, "web/settings/settings.html", values, status=status)


ROUTES = [path("settings", settings, name="settings")]

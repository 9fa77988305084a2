"""The tenant's own names for its public pages: what to publish, what was found, and which one stands in links."""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows import public_hosts as flow
from siegelpost.flows.brought_certificates import MOST_BYTES, SOON, CertificateRefused
from siegelpost.flows.brought_certificates import bring as bring_certificate
from siegelpost.flows.brought_certificates import take_away as take_certificate_away
from siegelpost.flows.dns import asks_dns
from siegelpost.flows.tls_pair import Pair
from siegelpost.tenancy.host_errors import HostKnown, HostsTooMany, HostTaken, HostWrong
from siegelpost.tenancy.host_keys import Brought, brought_by
from siegelpost.tenancy.host_rules import ELSEWHERE, GOOD, MISSING, SILENT, WRONG
from siegelpost.tenancy.public_hosts import HostView, host_by_id, hosts_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.uploads import takes_file

FOUND: Final = {
    "": ("secondary", gettext_lazy("not checked yet"), gettext_lazy("Publish both records, then check.")),
    GOOD: ("green", gettext_lazy("in order"), gettext_lazy("The name is yours and leads here.")),
    ELSEWHERE: (
        "yellow",
        gettext_lazy("leads elsewhere"),
        gettext_lazy("The name is proved to be yours, but it does not lead here yet: publish the second record."),
    ),
    MISSING: (
        "red",
        gettext_lazy("record is missing"),
        gettext_lazy("The first record was not found. A new one can take an hour to be seen."),
    ),
    WRONG: ("red", gettext_lazy("other record"), gettext_lazy("There is a record of this kind, but with another value.")),
    SILENT: ("yellow", gettext_lazy("no answer"), gettext_lazy("No name server answered. Try again in a few minutes.")),
}


class NewHost(PlainForm):
    """A name to begin with."""

    host = forms.CharField(
        label=gettext_lazy("Host name"),
        max_length=253,
        help_text=gettext_lazy("A host of a domain of yours that is not used for anything else, for instance news.example.org."),
    )


class NewCertificate(PlainForm):
    """Two files. What is wrong with them stands on the page; they are never kept."""

    certificate = forms.FileField(
        label=gettext_lazy("TLS certificate"),
        widget=forms.FileInput(attrs={"accept": ".pem,.crt,.cer"}),
        help_text=gettext_lazy("PEM: your certificate, then those who vouch for it."),
    )
    key = forms.FileField(
        label=gettext_lazy("Key"),
        widget=forms.FileInput(attrs={"accept": ".pem,.key"}),
        help_text=gettext_lazy("PEM, without a password. It is kept encrypted and shown to nobody."),
    )


@require_http_methods(["GET", "POST"])
@page
def hosts(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """All of them; POST notes a new one."""
    form = NewHost(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, visit, form, 422 if form.is_bound else 200)
    try:
        flow.add_host(visit.tenant, form.cleaned_data["host"], settings=process_settings(), actor=visit.actor, now=clock.now())
    except (HostWrong, HostKnown, HostsTooMany) as fault:
        form.add_fault(fault, "host")
        return _page(request, visit, form, fault.status)
    toast(request, "success", _("Noted. Publish both records now."))
    return see_other(visit, "public_hosts")


@require_POST
@page
def check(request: HttpRequest, visit: Visit, host_id: int) -> HttpResponseBase:
    """Ask the DNS now; takes a few seconds at most."""
    try:
        found = flow.check_host(visit.tenant, host_id, settings=process_settings(), actor=visit.actor, now=clock.now())
    except HostTaken as fault:
        return _page(request, visit, NewHost(), fault.status, fault)
    colour, _badge, says = FOUND[found.seen]
    toast(request, "success" if colour == "green" else "warning", str(says))
    return see_other(visit, "public_hosts")


@require_POST
@page
def use(request: HttpRequest, visit: Visit, host_id: int) -> HttpResponseBase:
    """Let links begin with it, or (`off`) with the name of the installation again."""
    host_by_id(visit.tenant, host_id)
    flow.use_host(visit.tenant, None if "off" in request.POST else host_id, actor=visit.actor, now=clock.now())
    toast(request, "success", _("Links of what is sent from now on begin like this."))
    return see_other(visit, "public_hosts")


@require_POST
@page
def remove(request: HttpRequest, visit: Visit, host_id: int) -> HttpResponseBase:
    """Give it up, after the name was typed."""
    one = host_by_id(visit.tenant, host_id)
    if request.POST.get("confirm", "").strip().lower() != one.host:
        return _page(request, visit, NewHost(), 422, unconfirmed=one.id)
    flow.remove_host(visit.tenant, host_id, actor=visit.actor, now=clock.now())
    toast(request, "success", _("The name has been given up."))
    return see_other(visit, "public_hosts")


@require_POST
@takes_file
@page
def bring(request: HttpRequest, visit: Visit, host_id: int) -> HttpResponseBase:
    """A certificate with its key, in place of the one before."""
    host_by_id(visit.tenant, host_id)
    form = NewCertificate(request.POST, request.FILES, prefix=f"name{host_id}")
    if not form.is_valid():
        return _page(request, visit, NewHost(), 422, bringing=(host_id, form))
    certificate, key = (form.cleaned_data[name].read(MOST_BYTES) for name in ("certificate", "key"))
    try:
        bring_certificate(visit.tenant, host_id, Pair(certificate, key), actor=visit.actor, now=clock.now())
    except CertificateRefused as fault:
        form.add_fault(fault, "certificate")
        return _page(request, visit, NewHost(), fault.status, bringing=(host_id, form))
    toast(request, "success", _("The name answers with this certificate within half a minute."))
    return see_other(visit, "public_hosts")


@require_POST
@page
def take_away(request: HttpRequest, visit: Visit, host_id: int) -> HttpResponseBase:
    """Forget certificate and key."""
    take_certificate_away(visit.tenant, host_id, actor=visit.actor, now=clock.now())
    toast(request, "success", _("The certificate has been taken away."))
    return see_other(visit, "public_hosts")


def _page(
    request: HttpRequest,
    visit: Visit,
    form: NewHost,
    status: int = 200,
    fault: SiegelpostError | None = None,
    unconfirmed: int = 0,
    bringing: tuple[int, NewCertificate] | None = None,
) -> HttpResponse:
    settings, now, brought = process_settings(), clock.now(), brought_by(visit.tenant)
    at, filled = bringing or (0, NewCertificate())

    def certificate(one: HostView) -> tuple[Brought | None, int, NewCertificate]:
        kept = brought.get(one.id)
        return kept, kept.days_left(now) if kept else 0, filled if one.id == at else NewCertificate(prefix=f"name{one.id}")

    rows = [(one, FOUND[one.seen], _records(one), certificate(one)) for one in hosts_of(visit.tenant)]
    values = {
        "soon": SOON, "by_us": settings.tls_certificate is not None, "bringing": at,
        "form": form, "rows": rows, "fault": fault.as_dict() if fault else None, "unconfirmed": unconfirmed,
        "usual": settings.public_host, "asks": asks_dns(settings), "in_links": any(one.in_links for one, *_rest in rows),
    }  # fmt: skip
    return render(request, visit, "web/settings/public_hosts.html", values, status=status)


def _records(one: HostView) -> list[tuple[str, str, str]]:
    return list(flow.records_of(one, process_settings()))


ROUTES = [
    path("public-hosts", hosts, name="public_hosts"),
    path("public-hosts/<int:host_id>/check", check, name="public_host_check"),
    path("public-hosts/<int:host_id>/use", use, name="public_host_use"),
    path("public-hosts/<int:host_id>/certificate", bring, name="public_host_bring"),
    path("public-hosts/<int:host_id>/certificate/remove", take_away, name="public_host_take_away"),
    path("public-hosts/<int:host_id>/remove", remove, name="public_host_remove"),
]

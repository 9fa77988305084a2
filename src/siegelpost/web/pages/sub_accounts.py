"""The accounts below this one: what they count, making one, its first administrator, its end. Never anybody in them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.errors import NobodyWrites, WorksAbove
from siegelpost.audience.addresses import read_address
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked
from siegelpost.base.settings import process_settings
from siegelpost.flows.invite import administered
from siegelpost.flows.sub_accounts import Usage, child_of, first_administrator, make_below, named, usage_of
from siegelpost.flows.tenant_end import end
from siegelpost.tenancy.errors import AdministeredAlready, EndImplausible, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.provision import IMPRINT_LIMIT, NAME_LIMIT, NewTenant
from siegelpost.tenancy.registry import children_of
from siegelpost.tenancy.standing import end_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.kept import take
from siegelpost.web.pages.mailing_words import Badge

NORMAL: Final = Badge(marked("in use"), "green")
TEST: Final = Badge(marked("test, sends nothing"), "blue")
ENDED: Final = Badge(marked("ended"), "secondary")


@dataclass(frozen=True, slots=True)
class Line:
    """One account below; `usage` None where its database cannot be asked."""

    tenant: TenantDB
    badge: Badge
    usage: Usage | None


class NewAccount(PlainForm):
    """An account below."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=NAME_LIMIT, help_text=gettext_lazy("Who is the controller, as recipients know them.")
    )
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=30,
        help_text=gettext_lazy("Small letters, digits and hyphens; stands in addresses and cannot be changed."),
    )
    imprint = forms.CharField(
        label=gettext_lazy("Imprint"), max_length=IMPRINT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of its public pages"), choices=[("de", "Deutsch"), ("en", "English")])
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Left empty, it has no end."),
    )
    test = forms.BooleanField(
        label=gettext_lazy("Test: everything but sending, with made-up people alone. Only the operator makes it a normal one."),
        required=False,
    )


class LastDay(PlainForm):
    """When it ends."""

    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("At midnight after it nothing is sent and nobody works in it any more. Left empty, it has no end."),
    )


class FirstAdministrator(PlainForm):
    """Who lets everybody else in."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)

    def clean_email(self) -> str:
        """An address that mail can be sent to."""
        judged = read_address(self.cleaned_data["email"])
        if judged.reason:
            raise forms.ValidationError(_("This is no e-mail address that mail can be sent to."))
        return judged.address


@require_GET
@page
def accounts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, with numbers that are asked for now."""
    now = clock.now()
    lines = [Line(one, _badge(one), usage_of(one, now=now)) for one in children_of(visit.tenant)]
    may = visit.tenant.parent is None and len(lines) < visit.tenant.sub_accounts
    return render(request, visit, "web/sub_accounts/accounts.html", {"lines": lines, "may": may, "most": visit.tenant.sub_accounts})


@require_http_methods(["GET", "POST"])
@again_first
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one."""
    form = NewAccount(request.POST if request.method == "POST" else None, initial={"language": visit.tenant.language})
    if request.method != "POST" or not form.is_valid():
        return render(request, visit, "web/sub_accounts/new.html", {"form": form}, status=422 if form.is_bound else 200)
    said, now = form.cleaned_data, clock.now()
    wanted = NewTenant(slug=said["slug"], name=said["name"], imprint=said["imprint"], language=said["language"], test=said["test"])
    try:
        ends_at = _moment(said["last"], now)
        child = make_below(visit.tenant, wanted, process_settings(), ends_at=ends_at, actor=visit.actor, now=now)
    except SiegelpostError as fault:
        form.add_fault(fault, _FIELDS.get(fault.code))
        return render(request, visit, "web/sub_accounts/new.html", {"form": form}, status=fault.status)
    take(request)
    toast(request, "success", _("The account is there. Name who administers it."))
    return see_other(visit, "sub_account", child=child.slug)


_FIELDS: Final = {
    "tenancy.slug_wrong": "slug", "tenancy.exists": "slug", "tenancy.place_taken": "slug", "tenancy.field_refused": "name",
    "tenancy.end_implausible": "last",
}  # fmt: skip


@require_GET
@page
def account(request: HttpRequest, visit: Visit, child: str) -> HttpResponse:
    """One of them."""
    return _page(request, visit, _found(visit, child))


@require_POST
@again_first
@page
def administrator(request: HttpRequest, visit: Visit, child: str) -> HttpResponse:
    """Invite its first administrator; the link goes to the address alone."""
    below, form = _found(visit, child), FirstAdministrator(request.POST)
    if not form.is_valid():
        return _page(request, visit, below, administrator=form, status=422)
    email, name, url = form.cleaned_data["email"], form.cleaned_data["name"], process_settings().staff_url
    try:
        first_administrator(below, visit.tenant, email, name=name, staff_url=url, actor=visit.actor, now=clock.now())
    except (WorksAbove, NobodyWrites, AdministeredAlready) as fault:
        form.add_fault(fault, "email")
        return _page(request, visit, below, administrator=form, status=fault.status)
    take(request)
    toast(request, "success", _("Invited: a mail with a link is on its way."))
    return see_other(visit, "sub_account", child=child)


@require_POST
@again_first
@page
def last_day(request: HttpRequest, visit: Visit, child: str) -> HttpResponse:
    """Let it end on a day, or go on."""
    below, form, now = _found(visit, child), LastDay(request.POST), clock.now()
    if not form.is_valid():
        return _page(request, visit, below, last=form, status=422)
    try:
        end(below, _moment(form.cleaned_data["last"], now), actor=visit.actor, now=now)
    except EndImplausible as fault:
        form.add_fault(fault, "last")
        return _page(request, visit, below, last=form, status=fault.status)
    toast(request, "success", _("Saved."))
    return see_other(visit, "sub_account", child=child)


@require_POST
@again_first
@page
def end_now(request: HttpRequest, visit: Visit, child: str) -> HttpResponse:
    """End it at once, after its short name was typed."""
    below, now = _found(visit, child), clock.now()
    if request.POST.get("confirm", "").strip() != below.slug:
        return _page(request, visit, below, status=422, unconfirmed=True)
    end(below, now, actor=visit.actor, now=now)
    toast(request, "success", _("The account has ended."))
    return see_other(visit, "sub_account", child=child)


def _moment(last: Any, now: datetime) -> datetime | None:
    return end_of(last, ZoneInfo(process_settings().time_zone), now=now) if last else None


def _last_day(below: TenantDB) -> date | None:
    """The day whose end is its end."""
    if below.ends_at is None or below.ended:
        return None
    return (below.ends_at.astimezone(ZoneInfo(process_settings().time_zone)) - timedelta(seconds=1)).date()


def _found(visit: Visit, child: str) -> TenantDB:
    try:
        return child_of(visit.tenant, child)
    except TenantUnknown:
        raise Http404 from None


def _badge(tenant: TenantDB) -> Badge:
    return ENDED if tenant.ended else TEST if tenant.test else NORMAL


def _page(
    request: HttpRequest, visit: Visit, below: TenantDB, *, administrator: FirstAdministrator | None = None, last: LastDay | None = None,
    status: int = 200, unconfirmed: bool = False,
) -> HttpResponse:  # fmt: skip
    values: dict[str, Any] = {
        "line": Line(below, _badge(below), usage_of(below, now=clock.now())),
        "administered": administered(below),
        "named": named(below, now=clock.now()),
        "administrator": administrator or FirstAdministrator(),
        "last": last or LastDay(initial={"last": _last_day(below)}),
        "unconfirmed": unconfirmed,
    }
    return render(request, visit, "web/sub_accounts/account.html", values, status=status)


ROUTES = [
    path("sub-accounts", accounts, name="sub_accounts"),
    path("sub-accounts/new", new, name="sub_account_new"),
    path("sub-accounts/<slug:child>", account, name="sub_account"),
    path("sub-accounts/<slug:child>/administrator", administrator, name="sub_account_administrator"),
    path("sub-accounts/<slug:child>/last-day", last_day, name="sub_account_last_day"),
    path("sub-accounts/<slug:child>/end", end_now, name="sub_account_end"),
]

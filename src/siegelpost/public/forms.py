"""The hosted sign-up form. A form on another site posts here too and gets this page, filled in, to look at and send."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse

from siegelpost.audience.reads import FieldView
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.consent.forms import FormUnknown, FormView, find_form
from siegelpost.flows import sign_up as signing_up
from siegelpost.flows.public_address import public_url_of
from siegelpost.public.names import is_foreign
from siegelpost.public.pages import door, page, wished_language
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant

AUTOCOMPLETE: Final = {"first_name": "given-name", "last_name": "family-name", "salutation": "honorific-prefix"}
"""WCAG 2.1, 1.3.5: what a field is for, so that browsers can fill it in."""


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field on the page, with what was typed and what is wrong with it."""

    field: FieldView
    value: str
    fault: str
    autocomplete: str


@door("GET", "POST")
def sign_up_form(request: HttpRequest, tenant_slug: str, form_slug: str) -> HttpResponse:
    """`/f/TENANT/FORM`: GET the form, POST a sign-up; the answer says nothing about who is known here."""
    if not tenant_slug.isprintable():  # PostgreSQL takes no NUL, not even to look for it
        raise FormUnknown
    try:
        tenant = open_tenant(tenant_slug)
    except TenantUnknown:
        raise FormUnknown from None
    if is_foreign(request.META, tenant.number):
        raise FormUnknown
    form = find_form(tenant, form_slug)
    now = clock.now()
    if request.method != "POST":
        return _form_page(request, tenant, form, _entry(request, tenant, form))
    entry = _entry(request, tenant, form)
    if "embedded" in request.POST:  # our own wording must be seen before it is agreed to
        return _form_page(request, tenant, form, entry, notice="check")
    if signing_up.judge_stamp(tenant, form, entry.stamp, now) == signing_up.STALE:
        return _form_page(request, tenant, form, entry, notice="stale")
    if faults := signing_up.faults_of(tenant, form, entry):
        return _form_page(request, tenant, form, entry, faults=faults)
    signing_up.sign_up(tenant, form, entry, public_url=public_url_of(tenant, process_settings()), now=now)
    return page(request, "received", tenant=tenant, form=form)


def _entry(request: HttpRequest, tenant: TenantDB, form: FormView) -> signing_up.SignUpEntry:
    posted = request.POST
    return signing_up.SignUpEntry(
        email=posted.get("email", ""),
        fields={alias: posted.get(f"field-{alias}", "") for alias in form.field_aliases},
        agreed="agreed" in posted,
        trap=posted.get("website", ""),
        stamp=posted.get("stamp", ""),
        language=wished_language(request, tenant.language),
        purposes=frozenset(one.purpose for one in form.asks if f"agreed-{one.purpose}" in posted),
    )


def _form_page(
    request: HttpRequest,
    tenant: TenantDB,
    form: FormView,
    entry: signing_up.SignUpEntry,
    *,
    faults: dict[str, str] | None = None,
    notice: str = "",
) -> HttpResponse:
    said = {name: translate(signing_up.FAULTS[code], entry.language) for name, code in (faults or {}).items()}
    shown = [
        FieldShown(field, entry.fields.get(field.alias, ""), said.get(field.alias, ""), AUTOCOMPLETE.get(field.alias, "off"))
        for field in signing_up.form_fields(tenant, form)
    ]
    return page(
        request,
        "form",
        tenant=tenant,
        status=422 if said else 200,
        form=form,
        entry=entry,
        faults=said,
        fields=shown,
        notice=notice,
        stamp=signing_up.make_stamp(tenant, form, clock.now()),
    )

"""The hosted sign-up form. A form on another site posts here too and gets this page, filled in, to look at and send."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse

from siegelpost.audience.reads import FieldView
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.base.proxies import client_of
from siegelpost.base.settings import process_settings
from siegelpost.consent.forms import FormUnknown, FormView, find_form
from siegelpost.flows import robots
from siegelpost.flows import sign_up as signing_up
from siegelpost.flows.networks import Networks
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.sign_up_entry import FAULTS, SignUpEntry, faults_of, form_fields, list_choices
from siegelpost.public.middleware import CONTENT_SECURITY
from siegelpost.public.names import is_foreign
from siegelpost.public.pages import door, page, static, wished_language
from siegelpost.sign.work import BITS
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant

AUTOCOMPLETE: Final = {"first_name": "given-name", "last_name": "family-name", "salutation": "honorific-prefix"}
"""WCAG 2.1, 1.3.5: what a field is for, so that browsers can fill it in."""
MOST_LISTS: Final = 200
"""Of one form; whoever sends more has invented some, and one of those is enough to refuse."""
NETWORKS: Final = Networks(os.urandom)
EVEN_SECONDS = 0.3
"""No answer to a sign-up comes sooner: what is done for an address takes about a tenth of it, and whether it was done must not be told by
the clock."""
SCRIPTED: Final = f"{CONTENT_SECURITY}; script-src 'self'; worker-src 'self'"
"""For the one page that runs a script: ours, to solve the task of `sign.work`."""


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field on the page, with what was typed and what is wrong with it."""

    field: FieldView
    value: str
    fault: str
    autocomplete: str
    required: bool = False


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
    if robots.judge_stamp(tenant, form.id, entry.stamp, now) == robots.STALE:
        return _form_page(request, tenant, form, entry, notice="stale")
    if faults := faults_of(tenant, form, entry):
        return _form_page(request, tenant, form, entry, faults=faults)
    return _take_in(request, tenant, form, entry)


def _take_in(request: HttpRequest, tenant: TenantDB, form: FormView, entry: SignUpEntry) -> HttpResponse:
    begun, now = time.monotonic(), clock.now()
    peer, said = str(request.META.get("REMOTE_ADDR", "")), str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    crowd = NETWORKS.count(client_of(peer, said, process_settings().proxies), now.timestamp())
    url = public_url_of(tenant, process_settings())
    verdict = signing_up.receive(tenant, form, entry, crowd=crowd, public_url=url, now=now)
    if verdict == robots.AGAIN:
        step = robots.next_step(tenant, form.id, entry, now)
        return page(request, "once_more", tenant=tenant, form=form, posted=list(_posted(entry)), step=step, early=step == entry.step)
    answer = page(request, "received", tenant=tenant, form=form)
    time.sleep(max(0.0, begun + EVEN_SECONDS - time.monotonic()))
    return answer


def _posted(entry: SignUpEntry) -> Iterator[tuple[str, str]]:
    """What the page of the slow step sends again."""
    yield from (("email", entry.email), ("agreed", "1"), ("stamp", entry.stamp))
    yield from ((f"field-{alias}", value) for alias, value in entry.fields.items() if value)
    yield from (("list", one) for one in entry.lists)
    yield from ((f"agreed-{purpose}", "1") for purpose in sorted(entry.purposes))


def _entry(request: HttpRequest, tenant: TenantDB, form: FormView) -> SignUpEntry:
    posted = request.POST
    return SignUpEntry(
        email=posted.get("email", ""),
        fields={alias: posted.get(f"field-{alias}", "") for alias in form.field_aliases},
        agreed="agreed" in posted,
        trap=posted.get("website", ""),
        stamp=posted.get("stamp", ""),
        lists=tuple(posted.getlist("list")[:MOST_LISTS]),
        step=posted.get("step", ""),
        work=posted.get("work", ""),
        language=wished_language(request, tenant.language),
        purposes=frozenset(one.purpose for one in form.asks if f"agreed-{one.purpose}" in posted),
    )


def _form_page(
    request: HttpRequest,
    tenant: TenantDB,
    form: FormView,
    entry: SignUpEntry,
    *,
    faults: dict[str, str] | None = None,
    notice: str = "",
) -> HttpResponse:
    said = {name: translate(FAULTS[code], entry.language) for name, code in (faults or {}).items()}
    shown = [
        FieldShown(
            field,
            entry.fields.get(field.alias, ""),
            said.get(field.alias, ""),
            AUTOCOMPLETE.get(field.alias, "off"),
            field.alias in form.setup.required,
        )
        for field in form_fields(tenant, form)
    ]
    now = clock.now()
    kept = robots.judge_stamp(tenant, form.id, entry.stamp, now) == robots.GENUINE
    answer = page(
        request,
        "form",
        tenant=tenant,
        status=422 if said else 200,
        form=form,
        entry=entry,
        faults=said,
        fields=shown,
        choices=list_choices(tenant, form, entry.lists),
        notice=notice,
        stamp=entry.stamp if kept else robots.make_stamp(tenant, form.id, now),
        script=f"/static/form.js?v={static('form.js')[1]}",
        task=f"/static/work.js?v={static('work.js')[1]}",
        bits=BITS,
    )
    answer.headers["Content-Security-Policy"] = SCRIPTED
    return answer

"""One sender domain: what its DNS says, what to publish, and its keys."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.add_sender import permit_unverified
from siegelpost.flows.check_domain import check_domain, records_of, subject_of
from siegelpost.flows.dns import asks_dns
from siegelpost.flows.rotate_keys import PREPARED, SWITCHED, rotate_keys
from siegelpost.mailings.domain_checks import Checked, last_check
from siegelpost.mailings.domain_findings import PASSED, REFUSED, Finding, by_severity
from siegelpost.mailings.domain_rotation import Pair, idle_pairs
from siegelpost.mailings.domain_todo import is_below, sort_out
from siegelpost.mailings.domain_words import TOPICS
from siegelpost.mailings.domains import withdraw
from siegelpost.mailings.reads import domain_by_id, senders_of, signing_selector
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.domain_reports import reports
from siegelpost.web.pages.sender_words import letter, standing


@require_GET
@page
def domain(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """Whether one can send from it, what is missing and who mends it; the rest folded below."""
    settings, now = process_settings(), clock.now()
    found = domain_by_id(visit.tenant, domain_id)
    checked, subject = last_check(visit.tenant, domain_id), subject_of(visit.tenant, domain_id, settings, now)
    is_known = checked.state in (PASSED, REFUSED) and asks_dns(settings)
    todo = sort_out(checked.findings if is_known else (), subject.organisation, shared=subject.bounce_organisation == subject.organisation)
    records = records_of(subject)
    unknown = [] if is_known else [one for one in records if is_below(one.name, subject.organisation)]
    values: dict[str, Any] = {
        "domain": found,
        "checked": checked,
        "asks": asks_dns(settings),
        "standing": standing(checked, todo, asks=asks_dns(settings), now=now),
        "todo": todo,
        "unknown": unknown,
        "letter": letter(checked.domain, subject.organisation, todo, unknown),
        "only_advice": is_known and not (todo.needed or todo.coming),
        "topics": _topics(checked),
        "zone": "\n".join(one.zone_line for one in records),
        "senders": [one for one in senders_of(visit.tenant) if one.domain_id == domain_id],
        **_keys(visit, domain_id),
        **reports(visit.tenant, domain_id, subject, settings),
    }
    return render(request, visit, "web/senders/domain.html", values)


@require_POST
@page
def check(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """Ask the DNS now; takes a few seconds at most."""
    found = check_domain(visit.tenant, domain_id, settings=process_settings(), actor=visit.actor, now=clock.now())
    if found.state == PASSED:
        toast(request, "success", _("Checked: everything is set up."))
    elif found.state == REFUSED:
        toast(request, "warning", _("Checked: something is still missing."))
    else:
        toast(request, "warning", _("The check got no answer. Try again in a few minutes."))
    return see_other(visit, "sender_domain", domain_id=domain_id)


@require_POST
@page
def permit(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """The operator permits sending whatever the DNS says."""
    permit_unverified(visit.tenant, domain_id, actor=visit.actor, now=clock.now())
    toast(request, "success", _("Sending from this domain is permitted now."))
    return see_other(visit, "sender_domain", domain_id=domain_id)


@require_POST
@page
def forbid(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """The operator takes the permission back."""
    found = domain_by_id(visit.tenant, domain_id)
    done = withdraw(visit.tenant, found.id, actor=visit.actor, now=clock.now())
    if done:
        toast(request, "success", _("The permission is withdrawn. From now on the check decides."))
    else:
        toast(request, "info", _("There was no permission."))
    return see_other(visit, "sender_domain", domain_id=domain_id)


@require_POST
@page
def rotate(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """Make new keys, or change over to them if they are published."""
    return _rotate(request, visit, domain_id, permitted=False)


@require_POST
@page
def switch(request: HttpRequest, visit: Visit, domain_id: int) -> HttpResponse:
    """The operator answers for it that the new keys are published."""
    return _rotate(request, visit, domain_id, permitted=True)


def _rotate(request: HttpRequest, visit: Visit, domain_id: int, *, permitted: bool) -> HttpResponse:
    settings, now = process_settings(), clock.now()
    step, _found = rotate_keys(visit.tenant, domain_id, settings=settings, permitted=permitted, actor=visit.actor, now=now)
    if step == PREPARED:
        toast(request, "success", _("New keys are ready. Publish their records; signing changes over once they are seen."))
    elif step == SWITCHED:
        toast(request, "success", _("Mail is signed with the new keys now."))
    else:
        toast(request, "warning", _("The new keys are not published yet. Signing goes on with the present ones."))
    return see_other(visit, "sender_domain", domain_id=domain_id)


def _topics(checked: Checked) -> list[tuple[str, list[Finding]]]:
    found = [(title, by_severity(one for one in checked.findings if one.topic == name)) for name, title in TOPICS.items()]
    return [(title, about) for title, about in found if about]


def _keys(visit: Visit, domain_id: int) -> dict[str, str | Pair | list[Pair] | None]:
    pairs = idle_pairs(visit.tenant, domain_id)
    return {
        "selector": signing_selector(visit.tenant, domain_id),
        "next_pair": next((one for one in pairs if one.until is None), None),
        "former": [one for one in pairs if one.until is not None and one.until > clock.now()],
    }


ROUTES = [
    path("senders/domains/<int:domain_id>", domain, name="sender_domain"),
    path("senders/domains/<int:domain_id>/check", check, name="sender_check"),
    path("senders/domains/<int:domain_id>/permit", permit, name="sender_permit"),
    path("senders/domains/<int:domain_id>/withdraw", forbid, name="sender_withdraw"),
    path("senders/domains/<int:domain_id>/rotate", rotate, name="sender_rotate"),
    path("senders/domains/<int:domain_id>/switch", switch, name="sender_switch"),
]

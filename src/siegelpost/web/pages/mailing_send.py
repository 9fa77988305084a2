"""Sending a mailing: what will happen, to how many people, and then one button that works once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as part
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.approval_rules import OPEN
from siegelpost.accounts.approvals.acts import SEND
from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.approvals.reads import about_matter
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.audience.leaving import labels
from siegelpost.base import clock
from siegelpost.base.errors import Refused
from siegelpost.base.settings import process_settings
from siegelpost.flows.launch_seen import go_on, launch_seen
from siegelpost.flows.measuring import modes_of
from siegelpost.flows.preview import preview
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.renew_consents import expected
from siegelpost.flows.routing import weakest_tls
from siegelpost.flows.schedule import unschedule
from siegelpost.flows.worker import somebody_works
from siegelpost.mailings.browse import senders, standing
from siegelpost.mailings.change import version_of
from siegelpost.mailings.errors import MailingChanged, StateRefused
from siegelpost.mailings.reads import MailingFacts, mailing
from siegelpost.mailings.schedule import start_of
from siegelpost.mailings.state import SCHEDULED
from siegelpost.render.errors import SourceUnusable
from siegelpost.render.spam import installed
from siegelpost.tenancy.home import home
from siegelpost.web.answers import see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_findings import findings
from siegelpost.web.pages.mailing_frame import show
from siegelpost.web.pages.mailing_when import SendForm
from siegelpost.web.pages.mailing_words import ENCRYPTION, MEASURES, left_out


@require_http_methods(["GET", "POST"])
@page
def send(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Show what will happen; POST launches or schedules. The state of the mailing decides, so a second time does nothing."""
    if standing(visit.tenant, mailing_id).launched:
        if request.method == "POST":
            toast(request, "info", _("This mailing is already on its way. Nothing was sent twice."))
        return see_other(visit, "mailing_progress", mailing_id=mailing_id)
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _send(request, visit, mailing_id, form)
    facts = mailing(visit.tenant, mailing_id)
    values = {**_summary(visit, facts), **(_counted(visit, facts) if request.GET.get("counted") or form.is_bound else {}), "form": form}
    return show(request, visit, standing(visit.tenant, mailing_id), "send.html", values, status=422 if form.is_bound else 200)


@require_GET
@page
def count(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Answer with the part of the page that counts people: it takes a moment with very long lists.

    The page says which version it shows and what its checks found: whoever presses the button means what stands beside it, and not
    what somebody else wrote since. Both are looked at again at the launch.
    """
    facts = mailing(visit.tenant, mailing_id)
    seen = {"version": request.GET.get("version", ""), "blocked": bool(request.GET.get("blocked"))}
    values = {"mailing": facts, **seen, "form": SendForm(), **_counted(visit, facts)}
    return part(request, "web/mailings/parts/forecast.html", {"slug": visit.tenant.slug, "visit": visit, **values})


@require_POST
@page
def finish_launch(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Go on with a launch that was interrupted while its audience was put together."""
    if go_on(visit.tenant, mailing_id, settings=process_settings(), actor=visit.actor, now=clock.now()):
        toast(request, "success", _("The mailing is on its way."))
    return see_other(visit, "mailing_progress", mailing_id=mailing_id)


@require_POST
@page
def draft_again(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Take back a mailing that waits for its time, or missed it."""
    try:
        unschedule(visit.tenant, mailing_id, actor=visit.actor, now=clock.now())
    except StateRefused as refused:
        toast(request, "info", refused.as_dict()["message"])
        return see_other(visit, "mailing", mailing_id=mailing_id)
    toast(request, "success", _("The mailing is a draft again. Nothing is sent before you say so."))
    return see_other(visit, "mailing_send", mailing_id=mailing_id)


def _send(request: HttpRequest, visit: Visit, mailing_id: int, form: SendForm) -> HttpResponse:
    if request.POST.get("confirm") != "yes":
        toast(request, "warning", _("Tick the box to confirm. Nothing was sent."))
        return see_other(visit, "mailing_send", mailing_id=mailing_id)
    version, settings = request.POST.get("version", ""), process_settings()
    try:
        first = launch_seen(visit.tenant, mailing_id, form.wish, version=version, settings=settings, actor=visit.actor, now=clock.now())
    except MailingChanged:
        toast(request, "warning", _("The mailing was changed after you looked at it. Nothing was sent; please look again."))
        return see_other(visit, "mailing_send", mailing_id=mailing_id)
    except ApprovalNeeded:
        raise  # leads to where one asks for it
    except Refused as refused:
        toast(request, "danger", refused.as_dict()["message"])
        return see_other(visit, "mailing_send", mailing_id=mailing_id)
    if not first:
        toast(request, "info", _("This mailing is already on its way. Nothing was sent twice."))
    elif form.wish.start_at:
        toast(request, "success", _("The mailing starts automatically. Until then you can make it a draft again."))
        return see_other(visit, "mailing_send", mailing_id=mailing_id)
    else:
        toast(request, "success", _("The mailing is on its way."))
    return see_other(visit, "mailing_progress", mailing_id=mailing_id)


def _summary(visit: Visit, facts: MailingFacts) -> dict[str, Any]:
    found = findings(visit.tenant, facts.id)
    names = labels(visit.tenant, facts.list_ids)
    url = public_url_of(visit.tenant, process_settings())
    try:
        made = preview(visit.tenant, facts.id, public_url=url, today=clock.now().date())
    except (SourceUnusable, Refused):
        made = None  # the checks say why
    sender = next((one for one in senders(visit.tenant) if one.id == facts.sender_id), None)
    return {
        "findings": found,
        "spam_filter": installed(),
        "blocked": any(one.blocks for one in found),
        "version": version_of(facts),
        "facts": facts,
        "starts": start_of(visit.tenant, facts.id) if facts.state == SCHEDULED else None,
        "subject": facts.variants[0].subject if facts.variants else "",
        "sender": sender,
        "lists": [names[number] for number in facts.list_ids],
        "measure": MEASURES.get(mode := modes_of(visit.tenant, facts).word, (mode, "")),
        "size": len((made.html + made.text).encode()) if made else None,
        "encryption": ENCRYPTION[
            "required" if visit.tenant.demands_tls else weakest_tls(visit.tenant, sender.email.rpartition("@")[2] if sender else "")
        ],
        "asleep": not somebody_works(home()),
    }


def _counted(visit: Visit, facts: MailingFacts) -> dict[str, Any]:
    found = expected(visit.tenant, facts, now=clock.now())
    reasons = sorted(((left_out(reason), n) for reason, n in found.excluded.items()), key=lambda one: -one[1])
    return {"forecast": found, "reasons": reasons, **_second_person(visit, facts, found.receive)}


def _second_person(visit: Visit, facts: MailingFacts, people: int) -> dict[str, Any]:
    """Whether this many people need the approval of a second person, and the request that is open about this mailing."""
    rule = rule_of(visit.tenant, SEND)
    if not rule.asks(people):
        return {}
    found = about_matter(visit.tenant, SEND, f"mailing:{facts.id}", now=clock.now())
    return {"needs_second": True, "above": rule.threshold, "request_open": next((one for one in found if one.state in OPEN), None)}


ROUTES = [
    path("mailings/<int:mailing_id>/send", send, name="mailing_send"),
    path("mailings/<int:mailing_id>/count", count, name="mailing_count"),
    path("mailings/<int:mailing_id>/go-on", finish_launch, name="mailing_go_on"),
    path("mailings/<int:mailing_id>/draft", draft_again, name="mailing_draft_again"),
]

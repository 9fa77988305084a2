"""The first page of a tenant: what runs, what needs attention, how the lists grow."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import process_settings
from siegelpost.flows import overview
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.figures import seen
from siegelpost.web.pages.mailing_words import STATES, why_braked, why_paused, why_waits

STEPS = (
    ("sender", _("Add a sender"), _("Name and address that your mailings come from."), "sender_new"),
    ("list", _("Make a list"), _("People subscribe to lists; a mailing goes to one or several."), "list_new"),
    ("people", _("Import people, or open a sign-up form"), _("Only people who agreed to it get mailings."), "import_new"),
    ("mailing", _("Write a mailing"), _("You look at it and test it before anything is sent."), "mailing_new"),
)
"""Step of `overview.FirstSteps`, what to do, one sentence, route."""


@require_GET
@page
def dashboard(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show it; to whoever has limits what lies within them."""
    tenant, now = visit.tenant, clock.now()
    if tenant.scope.lists is not None:
        return _within(request, visit)
    tenant = tenant.unlimited  # hidden fields stand in none of these figures
    numbers = overview.numbers(tenant, now=now)
    last = overview.last_reports(tenant, now=now, environment=process_settings().environment)
    under_way = overview.running(tenant)
    values = {
        "numbers": numbers,
        "running": _running(under_way),
        "concerns": [_concern(one) for one in overview.concerns(tenant, under_way, now=now)],
        "weeks": overview.growth(tenant, numbers.people, now=now) if numbers.people else [],
        "last": [{"mailing": one, "badge": STATES[one.state], **seen(found)} for one, found in last],
        "steps": [] if last else _steps(visit, overview.first_steps(tenant, numbers.people, sent=bool(last))),
    }
    return render(request, visit, "web/dashboard/dashboard.html", values)


def _within(request: HttpRequest, visit: Visit) -> HttpResponse:
    tenant, now = visit.tenant, clock.now()
    under_way = overview.running(tenant)
    last = overview.last_reports(tenant, now=now, environment=process_settings().environment)
    values = {
        "numbers": overview.numbers_within(tenant, now=now),
        "running": _running(under_way),
        "concerns": [_concern(one) for one in overview.concerns_within(tenant, under_way, now=now)],
        "last": [{"mailing": one, "badge": STATES[one.state], **seen(found)} for one, found in last],
        "within": True,
    }
    return render(request, visit, "web/dashboard/dashboard.html", values)


@require_GET
@page
def under_way(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The card of what runs alone; it asks for itself every few seconds."""
    return render(request, visit, "web/dashboard/running.html", {"running": _running(overview.running(visit.tenant))})


def _running(found: list[overview.Running]) -> list[dict[str, Any]]:
    return [{"mailing": one.mailing, "badge": STATES[one.mailing.state], "progress": one.progress} for one in found]


def _concern(one: overview.Concern) -> dict[str, Any]:
    why = why_paused(one.mailing.pause_reason) if one.kind == "paused" and one.mailing else one.why
    if one.out:
        why = why_waits(one.out)
    if one.brake:
        why = why_braked(one.brake.level)
    return {
        "kind": one.kind,
        "mailing": one.mailing,
        "number": one.number,
        "name": one.name,
        "item": one.item,
        "why": why,
        "is_called": one.out is not None and one.out.next_try is not None,
        "brake": one.brake,
    }


def _steps(visit: Visit, done: overview.FirstSteps) -> list[dict[str, Any]]:
    """Links only to pages that the reader may use."""
    first = next((name for name, _label, _about, route in STEPS if not getattr(done, name) and route in visit.opens), "")
    return [
        {
            "done": getattr(done, name),
            "next": name == first,
            "label": label,
            "about": about,
            "url": _url(visit, route) if route in visit.opens else "",
        }
        for name, label, about, route in STEPS
    ]


def _url(visit: Visit, route: str) -> str:
    try:
        return reverse(f"web:{route}", kwargs={"slug": visit.tenant.slug})
    except NoReverseMatch:
        return ""


ROUTES = [path("", dashboard, name="dashboard"), path("running", under_way, name="dashboard_running")]

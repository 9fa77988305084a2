"""A mailing on its way: where every recipient stands, how fast it goes, and why it does not go."""

import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as part
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.delivery.browse import excluded_of
from siegelpost.delivery.launch import was_begun
from siegelpost.delivery.reads import counts
from siegelpost.delivery.tally import AUDIENCE, holds
from siegelpost.delivery.waits import WHY
from siegelpost.flows.waiting import demands_tls, held_domains, stands_still
from siegelpost.flows.worker import somebody_works
from siegelpost.mailings.browse import Standing, standing
from siegelpost.mailings.state import CANCELLED, FINISHED, PAUSED, PREPARING, SENDING
from siegelpost.tenancy.home import home
from siegelpost.web.answers import see_other
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_frame import show
from siegelpost.web.pages.mailing_pace import Mark, rate, read_marks, seconds_left, with_mark, written
from siegelpost.web.pages.mailing_words import DELIVERIES, EXCLUDED, STATES, left_out, why_paused, why_waits
from siegelpost.web.templatetags.web import number

EVERY: Final = {PREPARING: 2, SENDING: 2, PAUSED: 10, CANCELLED: 2}
"""State of the mailing -> seconds between two looks; none once it has ended."""
LISTED: Final = ("retry", "bounced", "blocked", "unsure", "withdrawn", "expired")
"""States of messages whose people one may want to see."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the bar; `share` in per cent of the audience."""

    state: str
    words: str
    n: int
    share: str


@require_GET
@page
def progress(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Show where a launched mailing stands, with what may be done about it."""
    found = standing(visit.tenant, mailing_id)
    if not found.launched:
        return see_other(visit, "mailing", mailing_id=mailing_id)
    values = _now(request, visit, found)
    values["excluded"] = [(left_out(reason), n) for reason, n in excluded_of(values["counts"]).items()]
    values["listed"] = [(state, translate(DELIVERIES[state]), n) for state in LISTED if (n := values["counts"][state])]
    values["held"] = held_domains(visit.tenant, mailing_id)
    values["demands_tls"] = demands_tls(visit.tenant, mailing_id)
    values["word"] = _("cancel")
    values["unstarted"] = found.state == PAUSED and not was_begun(visit.tenant, mailing_id)
    return show(request, visit, found, "progress.html", values)


@require_GET
@page
def now(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Answer with the numbers of this moment; asks for the whole page where the state is another one now."""
    found = standing(visit.tenant, mailing_id)
    response = part(
        request, "web/mailings/parts/progress.html", {"slug": visit.tenant.slug, "mailing": found, **_now(request, visit, found)}
    )
    if request.GET.get("state") != found.state:
        response.headers["HX-Refresh"] = "true"
    return response


def _now(request: HttpRequest, visit: Visit, found: Standing) -> dict[str, Any]:
    numbers = counts(visit.tenant, found.id)
    rest = numbers["due"] + numbers["claimed"]
    done = numbers[AUDIENCE] - rest
    marks = with_mark(read_marks(request.GET.get("marks", "")), Mark(time.time(), done))
    running = found.state == SENDING
    per_second = rate(marks) if running else None
    out, paced = stands_still(visit.tenant, found.id, numbers, settings=process_settings(), now=clock.now()) if running else (None, None)
    every = EVERY.get(found.state, 0) if found.state != CANCELLED or rest else 0
    return {
        "counts": numbers,
        "segments": segments(numbers),
        "adds_up": holds(numbers),
        "badge": STATES[found.state],
        "done": done,
        "rest": rest,
        "waiting": numbers["retry"],
        "running": running,
        "every": every,
        "rate": _pace(per_second) if per_second else _average(found, numbers["sent"]),
        "left": _in_words(seconds_left(rest, per_second)) if running and rest else "",
        "reason": why_paused(found.pause_reason) if found.state == PAUSED else "",
        "waits": why_waits(out) if out else "",
        "next_try": out.next_try if out else None,
        "paced": paced,
        "because": translate(WHY[paced.why]) if paced else "",
        "asleep": found.state in (PREPARING, SENDING) and not somebody_works(home()),
        "again": urlencode({"state": found.state, "marks": written(marks)}),
    }


def segments(numbers: dict[str, int]) -> list[Segment]:
    """All parts of the audience that hold somebody; they add up to it."""
    excluded = sum(excluded_of(numbers).values())
    all_parts = [*((state, words, numbers[state]) for state, words in DELIVERIES.items()), ("excluded", EXCLUDED, excluded)]
    audience = numbers[AUDIENCE] or 1
    return [Segment(state, translate(words), n, f"{100 * n / audience:.3f}") for state, words, n in all_parts if n]


def _pace(per_second: float) -> str:
    return number(round(per_second) if per_second >= 10 else round(per_second, 1))


def _average(found: Standing, sent: int) -> str:
    """The rate of the whole mailing once it has ended."""
    if found.state != FINISHED or not found.launched_at or not found.finished_at:
        return ""
    return _pace(sent / max((found.finished_at - found.launched_at).total_seconds(), 1))


def _in_words(seconds: int | None) -> str:
    """Seconds, minutes or hours, as exact as anybody can say."""
    if seconds is None:
        return ""
    if seconds < 90:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 5400:
        return ngettext("%(n)d minute", "%(n)d minutes", round(seconds / 60)) % {"n": round(seconds / 60)}
    return ngettext("%(n)d hour", "%(n)d hours", round(seconds / 3600)) % {"n": round(seconds / 3600)}


ROUTES = [
    path("mailings/<int:mailing_id>/progress", progress, name="mailing_progress"),
    path("mailings/<int:mailing_id>/progress/now", now, name="mailing_now"),
]

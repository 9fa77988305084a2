"""How a mailing did: figures, hours, links, what came back; as a page and as a file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.report import HOURLY
from siegelpost.flows.report_course import SERIES, Growth
from siegelpost.flows.report_details import Details, details
from siegelpost.mailings.browse import standing
from siegelpost.measure.choices import chosen
from siegelpost.measure.rules import MEASURING_OFF
from siegelpost.measure.spool import HOUR_SECONDS
from siegelpost.web.answers import see_other
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.figures import reasons, seen
from siegelpost.web.pages.mailing_frame import show
from siegelpost.web.pages.mailing_words import DELIVERIES, left_out
from siegelpost.web.pages.report_file import as_csv, file_name
from siegelpost.web.pages.report_words import DEVICES, FAMILIES, MEASURED, VERDICTS

MOST_CODES: Final = 20
"""Kinds of answers on the page; the file has them all."""


@require_GET
@page
def report(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Show it; a mailing that was not launched has none."""
    if not standing(visit.tenant, mailing_id).launched:
        return see_other(visit, "mailing", mailing_id=mailing_id)
    all_of_it = _details(visit, mailing_id)
    found = all_of_it.found
    returned = [(VERDICTS.get(verdict, verdict), code, n) for verdict, code, n in all_of_it.returned]
    answers = [(DELIVERIES[state], code, n) for state, code, n in all_of_it.answers]
    values = {
        "found": found,
        "audience": all_of_it.standing["audience"],
        "wanted": all_of_it.wanted,
        "figures": seen(found),
        "rates": _rates(all_of_it),
        "links": _links(found),
        "hours": (hours := _hours(all_of_it.growth)),
        "nothing_yet": all(hour[name] == 0 for hour in hours for name in SERIES),
        "later": {name: n for name, n in (all_of_it.growth.later or {}).items() if n},
        "devices": _shares(all_of_it.devices, DEVICES),
        "families": _shares(all_of_it.families, FAMILIES),
        "returned": returned[:MOST_CODES],
        "answers": answers[:MOST_CODES],
        "excluded": [(left_out(reason), n) for reason, n in all_of_it.standing["excluded"].items() if n],
        "why": reasons(code for code in found["withheld"].values() if code != MEASURING_OFF),
        "how": MEASURED[found["measure"]],
        "not_chosen": chosen(visit.tenant).at is None,
        "hourly": found["refreshed"] == HOURLY,
    }
    return show(request, visit, all_of_it.mailing, "report.html", values)


@require_GET
@page
def report_csv(_request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """The same as a file for spreadsheets."""
    if not standing(visit.tenant, mailing_id).launched:
        return see_other(visit, "mailing", mailing_id=mailing_id)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(mailing_id)}"'}
    return HttpResponse(as_csv(_details(visit, mailing_id)), content_type="text/csv; charset=utf-8", headers=headers)


def _details(visit: Visit, mailing_id: int) -> Details:
    return details(visit.tenant, mailing_id, now=clock.now(), environment=process_settings().environment)


def _rates(all_of_it: Details) -> dict[str, float | None]:
    """Shares of 1: what was delivered of what was to be sent; the rest of what was delivered, bounces of what was answered."""
    found, numbers = all_of_it.found, all_of_it.standing
    delivered, answered = found["delivered"], found["delivered"] + numbers["bounced"]
    parts = {
        "delivered": (delivered, all_of_it.wanted),
        "unsubscribes": (found["unsubscribes"], delivered),
        "complaints": (found["complaints"], delivered),
        "hard": (found["bounces"]["hard"], answered),
        "soft": (found["bounces"]["soft"], answered),
    }
    return {name: part / whole if whole else None for name, (part, whole) in parts.items()}


def _links(found: Any) -> list[dict[str, Any]]:
    """Address, clicks (None: withheld) and their share of all clicks; the most clicked first, the withheld last."""
    rows = [{"url": link["url"], "clicks": link["clicks"], "share": None} for link in found["links"]]
    for row in rows:
        if found["clicks"] and row["clicks"] is not None:
            row["share"] = row["clicks"] / found["clicks"]
    return sorted(rows, key=lambda row: -1 if row["clicks"] is None else row["clicks"], reverse=True)


def _hours(growth: Growth) -> list[dict[str, Any]]:
    """Each step with its first moment, the end of its last hour, and the series; None for one that is withheld."""
    return [
        {
            "begin": datetime.fromtimestamp(step.first * HOUR_SECONDS, UTC),
            "end": datetime.fromtimestamp((step.last + 1) * HOUR_SECONDS, UTC),
            "long": step.last > step.first,
            **{name: step.n.get(name) for name in SERIES},
        }
        for step in growth.steps
    ]


def _shares(counted: Mapping[str, int], words: Mapping[str, str]) -> list[tuple[str, int, float]]:
    total = sum(counted.values())
    return [(words.get(name, name), n, n / total) for name, n in counted.items() if n]


ROUTES = [
    path("mailings/<int:mailing_id>/report", report, name="report"),
    path("mailings/<int:mailing_id>/report.csv", report_csv, name="report_csv"),
]

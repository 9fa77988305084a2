"""The controls: of each technical and organisational measure what was seen last, for this tenant and the installation."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.base.controls import AMBER, GREEN, NOT_SET_UP, RED
from siegelpost.base.i18n import current_language
from siegelpost.flows.controls.standing import Standing, standings
from siegelpost.flows.controls.words import BASES, SECTIONS, STATES, found
from siegelpost.governance.catalogue import Words
from siegelpost.governance.rules import EXPIRED
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, page


@dataclass(frozen=True, slots=True)
class Look:
    """How a state looks; the words say it, too."""

    icon: str
    css: str
    colour: str


LOOKS: Final = {
    GREEN: Look("circle-check", "text-green", "green"),
    AMBER: Look("alert-triangle", "text-yellow", "yellow"),
    RED: Look("alert-circle", "text-red", "red"),
    EXPIRED: Look("clock", "text-yellow", "yellow"),
    NOT_SET_UP: Look("eye-off", "text-secondary", "secondary"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One control on the page; `facts` are pairs of words."""

    seen: Standing
    words: Words
    state: str
    basis: str
    look: Look
    facts: list[tuple[str, str]]


@require_GET
@page
def controls(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show all of them by section, or those in one state. Nothing about other tenants can be seen."""
    seen = standings([visit.tenant], now=clock.now())
    counts = Counter(one.state for one in seen)
    wanted = request.GET.get("state", "")
    wanted = wanted if wanted in STATES else ""
    shown = [_line(one) for one in seen if wanted in ("", one.state)]
    values = {
        "sections": [(number, label, lines) for number, label in SECTIONS.items() if (lines := _of(shown, number))],
        "filters": [("", "", len(seen)), *((state, words, counts[state]) for state, words in STATES.items())],
        "wanted": wanted,
        "any_result": counts[NOT_SET_UP] < len(seen),
    }
    return render(request, visit, "web/controls/controls.html", values)


def _of(lines: list[Line], section: str) -> list[Line]:
    return [one for one in lines if one.seen.control.section == section]


def _line(one: Standing) -> Line:
    words = one.control.words[current_language()]
    return Line(one, words, STATES[one.state], BASES.get(one.basis, ""), LOOKS[one.state], found(one.evidence))


ROUTES = [path("controls", controls, name="controls")]

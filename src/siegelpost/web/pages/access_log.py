"""The access log of a tenant: by area and day for who administers it; for one person only with a reason and a second person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.reads import colleagues, names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence import person_search
from siegelpost.evidence.access import accesses, unreadable
from siegelpost.evidence.access_proof import KEPT
from siegelpost.evidence.person_search import AGREED, OPEN, OVER, REASON, REFUSED, WAITING, RequestView
from siegelpost.flows import person_search as search
from siegelpost.flows.access_log import note_reading
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.access_words import AREAS, in_words
from siegelpost.web.tables import Choice, Column, Table, table_of, wanted

STATES = {
    WAITING: gettext_lazy("waits for a second person"),
    AGREED: gettext_lazy("agreed"),
    REFUSED: gettext_lazy("refused"),
    OVER: gettext_lazy("over"),
}


class Ask(PlainForm):
    """Whose accesses, and why."""

    person = forms.ChoiceField(label=gettext_lazy("Person"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON[-1],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What happened, and what you want to find out. Whoever agrees reads it, and it stays on record."),
    )


def _form(visit: Visit) -> type[Ask]:
    """The form with the colleagues of this tenant and those who left; a form judges what it got as soon as it is made."""
    here = [(one.email, one.name or one.email) for one in colleagues(visit.tenant) if one.id != visit.person.pk]
    gone = [(one.email, one.name or one.email) for one in search.left_lately(visit.tenant, now=clock.now())]
    choices = [*here, (_("Left in the last 45 days"), gone)] if gone else here
    return type("Ask", (Ask,), {"person": forms.ChoiceField(label=gettext_lazy("Person"), choices=choices)})


@require_GET
@page
def access_log(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One day, of one area or of all; people by number. That somebody read it is an entry of the log."""
    now = clock.now()
    day = _day(request.GET.get("day", ""), now)
    choices = (Choice("area", _("Any area"), [(one, str(words)) for one, words in AREAS.items()]), _days(now))
    columns = [
        Column("at", _("Time")),
        Column("who", _("Who")),
        Column("area", _("Area"), wide=True),
        Column("result", _("Result"), wide=True),
    ]
    asked = wanted(request.GET, columns, choices, default="-at")
    note_reading(visit.tenant, day, day, actor=visit.actor, now=now)
    area = asked.chosen.get("area", "")
    rows = [one for one in accesses(visit.tenant, day, day) if area in ("", one.area)]
    table: Table = table_of(rows, asked, columns, choices, key=lambda one: (getattr(one, asked.by), one.at))
    values = {
        "table": table,
        "rows": [in_words(row) for row in table.rows],
        "day": day,
        "sealed": unreadable(visit.tenant, day, day).get(day, 0),
        "requests": _shown(person_search.requests(visit.tenant, now=now, limit=10)),
    }
    return render(request, visit, "web/access_log/access_log.html", values)


@require_http_methods(["GET", "POST"])
@page
def ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask to see what one colleague did."""
    form = _form(visit)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            number = search.ask(visit.tenant, said["person"], said["reason"], asker=visit.person, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "reason")
        else:
            toast(request, "success", _("The request waits for a second person."))
            return see_other(visit, "access_request", number=number)
    return render(request, visit, "web/access_log/ask.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@page
def one(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """A request; whoever may agree does it here, whoever asked sees the result while it is open."""
    now, me = clock.now(), visit.person.pk
    found = person_search.request(visit.tenant, number, now=now)
    mine = found.asked_by == me
    values: dict[str, Any] = {
        "shown": _shown([found])[0],
        "may_answer": found.state == WAITING and me not in (found.asked_by, found.person_id),
        "until": found.answered_at + OPEN if found.answered_at else None,
        "lines": None,
        "sealed": 0,
    }
    if mine and found.state == AGREED:
        values["sealed"] = person_search.sealed(visit.tenant, now=now)
        done = search.result(visit.tenant, number, reader=visit.person, now=now)
        values["lines"] = [{**in_words(line), "token": _token(line.who)} for line in reversed(done)]
    return render(request, visit, "web/access_log/request.html", values)


@require_POST
@page
def answer(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Agree or refuse; never one's own."""
    search.answer(visit.tenant, number, agreed=request.POST.get("agree") == "1", by=visit.person, now=clock.now())
    return see_other(visit, "access_request", number=number)


def _shown(rows: list[RequestView]) -> list[dict[str, Any]]:
    names = names_of([number for one in rows for number in (one.person_id, one.asked_by, one.answered_by) if number is not None])
    return [
        {
            "view": one,
            "state": STATES[one.state],
            "person": names.get(one.person_id, one.person_id),
            "asker": names.get(one.asked_by, one.asked_by),
            "second": names.get(one.answered_by, "") if one.answered_by else "",
        }
        for one in rows
    ]


def _token(who: str) -> str:
    """The number of the API token that was used, "" for the person by hand."""
    kind, _colon, number = who.partition(":")
    return number if kind == "token" else ""


def _day(text: str, now: datetime) -> date:
    """The day of the address, today for anything else."""
    today = now.astimezone(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _days(now: datetime) -> Choice:
    today = now.astimezone(UTC).date()
    kept = [(today - timedelta(days=n)).isoformat() for n in range(KEPT.days + 1)]
    return Choice("day", _("Today"), [(one, one) for one in kept])


ROUTES = [
    path("access-log", access_log, name="access_log"),
    path("access-log/ask", ask, name="access_ask"),
    path("access-log/<int:number>", one, name="access_request"),
    path("access-log/<int:number>/answer", answer, name="access_answer"),
]

"""The disclosure register of a tenant: to whom personal data went, and who received those of one person."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.reads import names_of as names_of_staff
from siegelpost.audience.leaving import labels
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.flows.disclosed import categories, named, register_for_page, told_about, told_to, whole_register
from siegelpost.governance.disclosures.errors import AddressUnreadable
from siegelpost.governance.disclosures.reads import ALL, Asked, DisclosureView, Told, disclosures, how_many
from siegelpost.governance.disclosures.rules import EVERYBODY, GROUNDS, KINDS, PURPOSES, STAFF_ONLY, SURE, SYSTEM_MAILS, WAYS
from siegelpost.mailings.reads import names_of as names_of_mailings
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.subscriber import person_of
from siegelpost.web.tables import ROWS, Choice, Column, Table, Wanted, wanted


@dataclass(frozen=True, slots=True)
class Line:
    """One outflow in words; `sure` None where nobody asked for a person."""

    one: DisclosureView
    kind: str
    recipient: str
    what: str
    whose: str
    purpose: str
    ground: str
    sure: bool | None = None


@require_GET
@page
def register(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of it, one kind, or what held data of the person with an address."""
    choices = (Choice("kind", _("Any kind"), [(kind, translate(word)) for kind, word in KINDS.items()]),)
    columns = _columns(whose=True)
    asked = wanted(request.GET, columns, choices, default="")
    limits = Asked(kind=asked.chosen.get("kind", ""))
    try:
        found = told_to(visit.tenant, asked.q, limits, actor=visit.actor, now=clock.now()) if asked.q else None
    except AddressUnreadable:
        found = Told((), 0)
    lines, total = _page_of(visit, found, limits, asked)
    values = {"table": Table(columns, lines, total, asked, choices), "silent": found.silent if found else 0}
    return render(request, visit, "web/disclosures/disclosures.html", values)


@require_POST
@again_first
@page
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The register as a CSV file: an outflow itself, which the next file has."""
    now = clock.now()
    lines = whole_register(visit.tenant, ALL, actor=visit.actor, now=now)
    name = f"{visit.tenant.slug}-disclosures-{now.date().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        register_for_page(visit.tenant, lines, actor=visit.actor, now=now), content_type="text/csv; charset=utf-8", headers=headers
    )


@require_GET
@page
def of_person(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Who received data of this person: the answer that Art. 15(1)(c) GDPR asks for."""
    person = person_of(visit, person_id)
    columns = _columns(whose=False)
    asked = wanted(request.GET, columns, default="")
    found = told_about(visit.tenant, person_id, actor=visit.actor, now=clock.now())
    lines, total = _page_of(visit, found, ALL, asked)
    values = {"person": person, "table": Table(columns, lines, total, asked), "silent": found.silent}
    return render(request, visit, "web/disclosures/person.html", values)


def _page_of(visit: Visit, found: Told | None, limits: Asked, asked: Wanted) -> tuple[list[Line], int]:
    if found is None:
        rows = disclosures(visit.tenant, limits, skip=asked.offset, limit=ROWS)
        return _in_words(visit, rows, {}), how_many(visit.tenant, limits)
    some = found.answers[asked.offset : asked.offset + ROWS]
    return _in_words(visit, [one.one for one in some], {one.one.id: one.how == SURE for one in some}), len(found.answers)


def _in_words(visit: Visit, rows: list[DisclosureView], sure: dict[int, bool]) -> list[Line]:
    staff = names_of_staff([int(one.recipient[6:]) for one in rows if _is_staff(one.recipient)])
    lists = labels(visit.tenant, _numbers(rows, "list"))
    mailings = names_of_mailings(visit.tenant, _numbers(rows, "mailing"))
    return [
        Line(
            one,
            _kind(one),
            _recipient(one, staff),
            categories(one),
            _whose(one.people, lists, mailings),
            named(PURPOSES, one.purpose),
            named(GROUNDS, one.ground),
            sure.get(one.id),
        )
        for one in rows
    ]


def _kind(one: DisclosureView) -> str:
    """What it was, and by which way where it went past the system."""
    return " · ".join((named(KINDS, one.kind), *([named(WAYS, one.channel)] if one.channel in WAYS else ())))


def _recipient(one: DisclosureView, staff: dict[int, str]) -> str:
    if one.recipient == "operator":
        return _("Operator")
    return staff.get(int(one.recipient[6:]), one.recipient) if _is_staff(one.recipient) else one.recipient


def _is_staff(recipient: str) -> bool:
    return recipient.startswith("staff:") and recipient[6:].isascii() and recipient[6:].isdigit() and len(recipient) < 25


def _whose(people: str, lists: dict[int, str], mailings: dict[int, str]) -> str:
    """Whose data, in words; a code of which nobody knows words stays as it is."""
    kind, _colon, text = people.partition(":")
    number = int(text) if text.isdigit() else 0
    words: dict[str, Any] = {
        "list": _("list “%(name)s”") % {"name": lists.get(number, text)},
        "mailing": _("mailing “%(name)s”") % {"name": mailings.get(number) or text},
        "import": _("import %(number)s") % {"number": text},
        "subscriber": _("subscriber %(number)s") % {"number": text},
        "hand_over": _("hand-over %(number)s") % {"number": text},
        "subscribers": _("subscribers"),
        EVERYBODY: _("everybody"),
        STAFF_ONLY: _("staff"),
        SYSTEM_MAILS: _("recipients of system mails"),
        "input-log": _("people in the input log"),
        "register": _("recipients of data"),
    }
    return str(words.get(kind, people))


def _numbers(rows: list[DisclosureView], kind: str) -> set[int]:
    begin = f"{kind}:"
    return {int(one.people[len(begin) :]) for one in rows if one.people.startswith(begin) and one.people[len(begin) :].isdigit()}


def _columns(*, whose: bool) -> tuple[Column, ...]:
    return (
        Column("recipient", _("Recipient"), sorts=False),
        Column("what", _("Data"), sorts=False, wide=True),
        *((Column("whose", _("Whose"), sorts=False, wide=True),) if whose else ()),
        Column("why", _("Purpose and ground"), sorts=False, wide=True),
        Column("at", _("Time"), sorts=False, wide=True),
    )


ROUTES = [
    path("disclosures", register, name="disclosures"),
    path("disclosures/file", download, name="disclosures_file"),
    path("subscribers/<int:person_id>/disclosures", of_person, name="subscriber_disclosures"),
]

"""One person: fields, lists with every consent, suppressions, mailings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.audience.errors import SubscriberChanged
from siegelpost.audience.leaving import labels
from siegelpost.audience.listing import full_name, list_names, people
from siegelpost.audience.reads import SubscriberView, fields_of, find_subscriber
from siegelpost.audience.services import update_subscriber
from siegelpost.base import clock
from siegelpost.consent.people import standings
from siegelpost.consent.reads import ConsentRecord, records_of
from siegelpost.consent.rules import BLACKLIST
from siegelpost.consent.suppression import against
from siegelpost.consent.words import ground, origin, purpose_name, way
from siegelpost.delivery.reads import received
from siegelpost.feedback.browse import Wish, page_of_bounces
from siegelpost.mailings.reads import names_of
from siegelpost.measure.singly.openings import opening
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Difference, Seen, meet
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.answer_words import answer
from siegelpost.web.pages.mailing_words import DELIVERIES
from siegelpost.web.pages.people_words import entry_lines, standing_badge
from siegelpost.web.pages.person_form import shown, values_of, with_cells
from siegelpost.web.tables import ROWS


class Fields(PlainForm):
    """The fields of one person, and what was seen of them when the page was made."""

    version = Seen()


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list of a person: on it or not (any more), with every consent for it, the newest first; `here` if it was not deleted."""

    id: int
    name: str
    here: bool
    on: bool
    records: list[tuple[ConsentRecord, str, str, str]]

    @property
    def running(self) -> bool:
        """Whether a consent runs."""
        return any(record.withdrawn_at is None for record, *_words in self.records)


@require_GET
@page
def subscriber(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Everything that is stored."""
    person = person_of(visit, person_id)
    return _page(request, visit, person, _form(visit, person)())


@require_POST
@page
def save(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Change the fields; where somebody else was faster, show both values and change nothing."""
    person = person_of(visit, person_id)
    form = _form(visit, person)(request.POST)
    if not form.is_valid():
        return _page(request, visit, person, form, status=422)
    try:
        with visit.tenant.atomic():
            seen = _moment(form.cleaned_data["version"])
            changed = update_subscriber(visit.tenant, person_id, values_of(form), actor=visit.actor, now=clock.now(), seen=seen)
    except SubscriberChanged:
        now = person_of(visit, person_id)
        stored = {name: field.initial for name, field in _form(visit, now).base_fields.items()}
        return _page(request, visit, now, form, status=409, differences=meet(form, stored))
    toast(request, "success" if changed else "info", _("Saved.") if changed else _("Nothing was different."))
    return see_other(visit, "subscriber", person_id=person_id)


def person_of(visit: Visit, person_id: int) -> SubscriberView:
    """The person of this page."""
    person = find_subscriber(visit.tenant, person_id) if person_id < 2**63 else None
    if person is None:
        raise Http404
    return person


def _form(visit: Visit, person: SubscriberView) -> type[Fields]:
    version = Seen(person.updated_at.isoformat())
    return with_cells(Fields, fields_of(visit.tenant), person.fields, version=version)


def _moment(text: str) -> datetime:
    """What the page was made from; a damaged value fits nothing that is stored."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _page(
    request: HttpRequest,
    visit: Visit,
    person: SubscriberView,
    form: Fields,
    *,
    status: int = 200,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    fields = fields_of(visit.tenant)
    entries = against(visit.tenant, person.key, person.email)
    records = records_of(visit.tenant, person.id)
    beside = [one for one in records if not one.list_id]
    records = [one for one in records if one.list_id]
    about = {one.list_id for one in records} | {one.list_id for one in entries if one.list_id is not None}
    names = labels(visit.tenant, person.list_ids | about)
    values: dict[str, Any] = {
        "person": person,
        "name": full_name(person.fields),
        "form": form,
        "differences": differences,
        "fields": [(one.name, shown(one, person.fields.get(one.alias))) for one in fields],
        "badge": standing_badge(standings(visit.tenant, people(visit.tenant, [person.id]))[person.id]),
        "lists": _lists(visit, person, records, names),
        "purposes": [(one, purpose_name(one.purpose), ground(one.ground), origin(one.source), way(one.withdrawn_how)) for one in beside],
        "measured": opening(visit.tenant) is not None,
        "suppressions": entry_lines(entries, names),
        "blacklisted": any(one.kind == BLACKLIST and not one.pattern for one in entries),
        "returned": page_of_bounces(visit.beside("bounces"), Wish(subscriber_id=person.id), offset=0, limit=0)[1],
        "unreachable": any(one.list_id is None for one in entries),
        **_mailings(request, visit, person.id),
    }
    return render(request, visit, "web/subscribers/subscriber.html", values, status=status)


def _lists(visit: Visit, person: SubscriberView, records: Sequence[ConsentRecord], names: Mapping[int, str]) -> list[ListLine]:
    here = list_names(visit.tenant)
    known = sorted({one.list_id for one in records} | person.list_ids, key=lambda number: (number not in person.list_ids, names[number]))
    return [
        ListLine(
            number,
            names[number],
            number in here,
            number in person.list_ids,
            [(one, ground(one.ground), origin(one.source), way(one.withdrawn_how)) for one in reversed(records) if one.list_id == number],
        )
        for number in known
    ]


def _mailings(request: HttpRequest, visit: Visit, person_id: int) -> dict[str, Any]:
    number = request.GET.get("page", "1")
    current = min(max(int(number), 1), 10_000) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    tenant = visit.beside("mailing_recipients") if "mailing" in visit.opens else visit.beside("mailing")
    rows = received(tenant, person_id, skip=(current - 1) * ROWS, limit=ROWS + 1)
    names = names_of(tenant, [one.mailing_id for one in rows])
    return {
        "mailings": [(one, names.get(one.mailing_id, ""), DELIVERIES.get(one.state, one.state), answer(one.code)) for one in rows[:ROWS]],
        "newer": current - 1,
        "older": current + 1 if len(rows) > ROWS else 0,
    }


ROUTES = [
    path("subscribers/<int:person_id>", subscriber, name="subscriber"),
    path("subscribers/<int:person_id>/fields", save, name="subscriber_save"),
]

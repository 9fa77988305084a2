"""The table of all people: search, filter, and take several off a list at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.audience.listing import NAMES, PersonLine, list_names, people, stored
from siegelpost.audience.reads import list_by_id
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.consent.people import Search, find, standings
from siegelpost.flows.leave import take_off, unsubscribe_for
from siegelpost.tenancy.scope import Scope
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_words import Badge
from siegelpost.web.pages.people_words import STANDINGS, standing_badge
from siegelpost.web.tables import ROWS, Choice, Column, Table, Wanted, wanted

MOST_AT_ONCE = 4 * ROWS
ACTS = {"unsubscribe": unsubscribe_for, "take_off": take_off}


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the table."""

    line: PersonLine
    lists: list[tuple[int, str]]
    badge: Badge

    @property
    def local(self) -> str:
        """Before the @: narrow columns break there."""
        return self.line.email.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """Behind it."""
        return self.line.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class PeopleTable(Table):
    """Counted in full, or with `more` only as far as it was looked: then `total` is at least what there is."""

    more: bool = False


@require_GET
@page
def subscribers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The table."""
    names = list_names(visit.tenant)
    columns, choices = _columns(visit.tenant.scope, by_name=not request.GET.get("state")), _choices(names)
    asked = wanted(request.GET, columns, choices, default="address")
    search = _search(asked)
    found = find(visit.tenant, search, skip=asked.offset, limit=ROWS)
    rows = _rows(visit, found.ids, names, search.list_id)
    total = found.total if rows or asked.page == 1 else max(found.total - asked.offset, 0)
    table = PeopleTable(columns, rows, total, asked, choices, more=found.more)
    nobody = not rows and not table.searched and not stored(visit.tenant)
    return render(
        request, visit, "web/subscribers/subscribers.html", {"table": table, "nobody": nobody, "lists": names, "list_id": search.list_id}
    )


@require_POST
@page
def bulk(request: HttpRequest, visit: Visit) -> HttpResponse:
    """First shows what would happen to whom, then does it."""
    numbers = [int(one) for one in request.POST.getlist("person") if one.isascii() and one.isdigit() and len(one) < 19]
    chosen = people(visit.tenant, numbers[:MOST_AT_ONCE])
    act, list_id = request.POST.get("act", ""), request.POST.get("list", "")
    if act not in ACTS or not list_id.isdigit() or not list_id.isascii() or len(list_id) > 18 or not chosen:
        toast(request, "warning", _("Choose people and a list first. Nothing was changed."))
        return see_other(visit, "subscribers")
    target = list_by_id(visit.tenant, int(list_id))
    there = [one for one in chosen if target.id in one.list_ids]
    if "confirmed" not in request.POST:
        return render(
            request, visit, "web/subscribers/bulk.html", {"act": act, "list": target, "people": there, "others": len(chosen) - len(there)}
        )
    done = ACTS[act](visit.tenant, [one.id for one in there], target.id, actor=visit.actor, now=clock.now())
    toast(request, "success", _("Taken off “%(name)s”: %(n)d.") % {"n": done, "name": target.name})
    return see_other(visit, "subscribers")


def _columns(scope: Scope, *, by_name: bool) -> list[Column]:
    """Names have no index of their own: ordering by them what only a verdict can filter would ask it of everybody (a second).

    What is hidden orders nothing.
    """
    named = not any(map(scope.hides, NAMES))
    return [
        Column("address", _("E-mail address"), sorts=not scope.hides_addresses),
        Column("name", _("Name"), sorts=by_name and named, wide=True),
        Column("lists", _("Lists"), sorts=False, wide=True),
        Column("added", _("Added"), wide=True),
        Column("standing", _("State"), sorts=False),
    ]


def _choices(names: Mapping[int, str]) -> list[Choice]:
    return [
        Choice("list", _("All lists"), [(str(number), name) for number, name in names.items()]),
        Choice("state", _("Any state"), [(code, translate(words)) for code, words in STANDINGS.items()]),
    ]


def _search(asked: Wanted) -> Search:
    chosen = asked.chosen.get("list")
    return Search(
        text=asked.q,
        list_id=int(chosen) if chosen else None,
        standing=asked.chosen.get("state", ""),
        order=asked.by,
        falling=asked.falling,
    )


def _rows(visit: Visit, ids: tuple[int, ...], names: Mapping[int, str], list_id: int | None) -> list[Row]:
    lines = people(visit.tenant, ids)
    standing = standings(visit.tenant, lines, list_id)
    return [
        Row(one, [(number, names[number]) for number in one.list_ids if number in names], standing_badge(standing[one.id])) for one in lines
    ]


ROUTES = [
    path("subscribers", subscribers, name="subscribers"),
    path("subscribers/bulk", bulk, name="subscribers_bulk"),
]

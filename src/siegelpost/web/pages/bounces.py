"""Mail that came back: all of it in one table, and each with what the other server wrote."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.audience.listing import people
from siegelpost.audience.reads import find_by_email, find_subscriber
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.consent.rules import RETAINED
from siegelpost.consent.suppression import against
from siegelpost.feedback.browse import KINDS, BounceLine, Wish, bounce_line, in_a_row, page_of_bounces
from siegelpost.feedback.texts import KEPT_FOR, text_of
from siegelpost.flows.reactivate import reactivate
from siegelpost.mailings.browse import page_of_mailings
from siegelpost.mailings.reads import names_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.answer_words import status_words
from siegelpost.web.pages.report_words import CONSEQUENCES, VERDICTS
from siegelpost.web.tables import ROWS, Choice, Column, Table, Wanted, wanted

MAILINGS: Final = 50
"""So many are offered as a filter, the latest first."""
LARGEST: Final = 2**63 - 1  # a number in an address may be any; a database takes no more


@require_GET
@page
def bounces(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show some, of one kind, one mailing or one person."""
    columns, choices = _columns(), _choices(request.GET, visit)
    asked = wanted(request.GET, columns, choices, default="")
    lines, total = _lines(visit, asked)
    emails = {one.id: one.email for one in people(visit.tenant, [line.subscriber_id for line in lines if line.subscriber_id is not None])}
    names = names_of(visit.tenant, {line.mailing_id for line in lines})
    table = Table(columns, [_row(line, emails, names) for line in lines], total, asked, choices)
    values: dict[str, Any] = {"table": table, "about": CONSEQUENCES.get(asked.chosen.get("kind", ""), "")}
    values["limit"] = visit.tenant.hard_bounces or process_settings().hard_bounces
    return render(request, visit, "web/bounces/bounces.html", values)


@require_GET
@page
def bounce(request: HttpRequest, visit: Visit, bounce_id: int) -> HttpResponse:
    """Show one, with what became of the address."""
    line = _line(visit, bounce_id)
    person = find_subscriber(visit.tenant, line.subscriber_id) if line.subscriber_id is not None else None
    values: dict[str, Any] = {
        "line": line,
        "kind": VERDICTS[line.kind],
        "about": CONSEQUENCES[line.kind],
        "answer": status_words(line.code),
        "person": person,
        "mailing": names_of(visit.tenant, {line.mailing_id}).get(line.mailing_id, ""),
        "text": text_of(visit.tenant, line.id) if line.written else "",
        "gone": clock.now() - line.at > KEPT_FOR,
        "days": KEPT_FOR.days,
        "in_a_row": in_a_row(visit.tenant.unlimited, person.key) if person else 0,
        "retired": any(one.kind == RETAINED for one in against(visit.tenant, person.key, person.email)) if person else False,
    }
    return render(request, visit, "web/bounces/bounce.html", values)


@require_POST
@page
def again(request: HttpRequest, visit: Visit, bounce_id: int) -> HttpResponse:
    """Write to the address again."""
    line = _line(visit, bounce_id)
    person = find_subscriber(visit.tenant, line.subscriber_id) if line.subscriber_id is not None else None
    done = person is not None and reactivate(visit.tenant, person.key, actor=visit.actor, now=clock.now())
    toast(
        request,
        "success" if done else "info",
        _("The address gets mailings again. Its bounces are counted anew.") if done else _("The address was not retired."),
    )
    return see_other(visit, "bounce", bounce_id=bounce_id)


def _line(visit: Visit, bounce_id: int) -> BounceLine:
    line = bounce_line(visit.tenant, bounce_id) if bounce_id <= LARGEST else None
    if line is None:
        raise Http404
    return line


def _choices(query: QueryDict, visit: Visit) -> tuple[Choice, ...]:
    """Filters: reason, one of the latest mailings or that of the address, and the person of the address, where there is one."""
    mailings = {one.id: one.name for one in page_of_mailings(visit.tenant, order="-launched", limit=MAILINGS)[0] if one.launched_at}
    mailings |= names_of(visit.tenant, {_number(query, "mailing")})
    found = find_subscriber(visit.tenant, _number(query, "person"))
    persons = (Choice("person", _("Anybody"), [(str(found.id), found.email)]),) if found else ()
    return (
        Choice("kind", _("Any reason"), [(kind, translate(VERDICTS[kind])) for kind in KINDS]),
        Choice("mailing", _("Any mailing"), [(str(number), name) for number, name in mailings.items()]),
        *persons,
    )


def _lines(visit: Visit, asked: Wanted) -> tuple[list[BounceLine], int]:
    mailing, person = (int(asked.chosen[name]) if name in asked.chosen else None for name in ("mailing", "person"))
    if asked.q:
        found = find_by_email(visit.tenant, asked.q)
        if found is None or person not in (None, found.id):
            return [], 0
        person = found.id
    wish = Wish(asked.chosen.get("kind", ""), mailing, person)
    return page_of_bounces(visit.tenant, wish, offset=asked.offset, limit=ROWS)


def _number(query: QueryDict, name: str) -> int:
    """A number out of the address, 0 where it holds none: nothing has that number."""
    text = query.get(name, "")
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _row(line: BounceLine, emails: dict[int, str], names: dict[int, str]) -> dict[str, Any]:
    email = emails.get(line.subscriber_id, "") if line.subscriber_id is not None else ""
    mailing = names.get(line.mailing_id, "")
    return {"line": line, "email": email, "mailing": mailing, "kind": VERDICTS[line.kind], "answer": status_words(line.code)}


def _columns() -> tuple[Column, ...]:
    return (
        Column("email", _("E-mail"), sorts=False),
        Column("kind", _("Reason"), sorts=False, wide=True),
        Column("code", _("Answer of the other server"), sorts=False, wide=True),
        Column("mailing", _("Mailing"), sorts=False, wide=True),
        Column("at", _("When"), sorts=False, wide=True),
    )


ROUTES = [
    path("bounces", bounces, name="bounces"),
    path("bounces/<int:bounce_id>", bounce, name="bounce"),
    path("bounces/<int:bounce_id>/reactivate", again, name="bounce_reactivate"),
]

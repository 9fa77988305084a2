"""All mailings of a tenant, the way to each of them, and copies."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.audience.growth import any_list
from siegelpost.audience.leaving import labels
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.delivery.browse import Reached, reached
from siegelpost.flows.copy_mailing import copy_mailing
from siegelpost.mailings.browse import page_of_mailings, senders, standing
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_words import STATES
from siegelpost.web.tables import ROWS, Choice, Column, Table, wanted


@require_GET
@page
def mailings(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show one page of the mailings."""
    columns = _columns()
    states = Choice("state", _("Any state"), [(state, translate(badge.words)) for state, badge in STATES.items()])
    asked = wanted(request.GET, columns, (states,), default="-created")
    lines, total = page_of_mailings(
        visit.tenant, search=asked.q, state=asked.chosen.get("state", ""), order=asked.sort, offset=asked.offset, limit=ROWS
    )
    names = labels(visit.tenant, {number for line in lines for number in line.list_ids})
    numbers = reached(visit.tenant, [line.id for line in lines])
    rows = [
        {
            "line": line,
            "badge": STATES[line.state],
            "lists": [names[number] for number in line.list_ids],
            "reached": numbers.get(line.id, Reached()),
        }
        for line in lines
    ]
    table = Table(columns, rows, total, asked, (states,))
    values = {
        "table": table,
        "empty": not total and not table.searched,
        "first_step": _first_step(visit),
    }
    return render(request, visit, "web/mailings/mailings.html", values)


def _first_step(visit: Visit) -> str:
    """What is lacking before a mailing can be written."""
    if "mailing_new" not in visit.opens:
        return ""
    return "sender" if not senders(visit.tenant) else "list" if not any_list(visit.tenant) else "mailing"


@require_GET
@page
def mailing(_request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Go to the page of a mailing that matters now."""
    first = "mailing_progress" if standing(visit.tenant, mailing_id).launched else "mailing_edit"
    return see_other(visit, first if first in visit.opens else "mailing_preview", mailing_id=mailing_id)


@require_POST
@page
def copy(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Make a draft with the same content and open it."""
    old = standing(visit.tenant, mailing_id)
    name = _("Copy of %(name)s") % {"name": old.name}
    made = copy_mailing(visit.tenant, mailing_id, name=name if len(name) <= 200 else old.name, actor=visit.actor, now=clock.now())
    toast(request, "success", _("This is the copy. The original stays as it is."))
    return see_other(visit, "mailing_edit", mailing_id=made)


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Mailing")),
        Column("state", _("State")),
        Column("lists", _("Lists"), sorts=False, wide=True),
        Column("sent", _("Sent / audience"), sorts=False, number=True, wide=True),
        Column("created", _("Created"), wide=True),
        Column("started", _("Started, finished"), wide=True),
    )


ROUTES = [
    path("mailings/", mailings, name="mailings"),
    path("mailings/<int:mailing_id>/", mailing, name="mailing"),
    path("mailings/<int:mailing_id>/copy", copy, name="mailing_copy"),
]

"""Who a mailing went to and what became of each message, as a table and as a file."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siegelpost.accounts.approvals.errors import BulkReasonMissing
from siegelpost.audience.reads import find_by_email
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.delivery.browse import page_of_recipients
from siegelpost.delivery.reads import DeliveryLine, counts
from siegelpost.delivery.tally import STATES
from siegelpost.flows.recipients import recipients_file
from siegelpost.flows.send_again import BOUNCED, EXPIRED, again_codes
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given
from siegelpost.mailings.browse import standing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import see_other
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.answer_words import answer
from siegelpost.web.pages.mailing_frame import show
from siegelpost.web.pages.mailing_words import ABOUT, DELIVERIES
from siegelpost.web.tables import ROWS, Choice, Column, Table, Wanted, wanted


@require_GET
@page
def recipients(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Show one page of the recipients, of one state or a single address."""
    found = standing(visit.tenant, mailing_id)
    if not found.launched:
        return see_other(visit, "mailing", mailing_id=mailing_id)
    columns = _columns()
    states = Choice("state", _("Any state"), [(state, translate(words)) for state, words in DELIVERIES.items()])
    asked = wanted(request.GET, columns, (states,), default="")
    state = asked.chosen.get("state", "")
    lines, total = _lines(visit.tenant, mailing_id, state, asked)
    rows = [{"line": line, "words": DELIVERIES.get(line.state, line.state), "answer": answer(line.code)} for line in lines]
    again = sum(again_codes(visit.tenant.unlimited, mailing_id, state).values()) if state in (BOUNCED, EXPIRED) else 0
    values = {"table": Table(columns, rows, total, asked, (states,)), "state": state, "about": ABOUT.get(state, ""), "again": again}
    return show(request, visit, found, "recipients.html", values)


def _lines(tenant: TenantDB, mailing_id: int, state: str, asked: Wanted) -> tuple[list[DeliveryLine], int]:
    if asked.q:
        person = find_by_email(tenant, asked.q)
        lines = page_of_recipients(tenant, mailing_id, state=state, subscriber_id=person.id, limit=1) if person else []
        return lines, len(lines)
    numbers = counts(tenant, mailing_id)
    total = numbers[state] if state else sum(numbers[one] for one in STATES)
    return page_of_recipients(tenant, mailing_id, state=state, offset=asked.offset, limit=ROWS), total


@require_GET
@again_first
@page
def download(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponseBase:
    """Send the recipients, or those in one state, as a CSV file."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    given = Given(purpose=request.GET.get("purpose", "").strip() or FOR_ONESELF.purpose)
    try:
        rows = recipients_file(visit.tenant, mailing_id, state, given=given, actor=visit.actor, now=clock.now())
    except BulkReasonMissing as fault:
        values = {"state": state, "fault": fault.as_dict(), "purpose": request.GET.get("purpose", "")}
        return show(request, visit, standing(visit.tenant, mailing_id), "why.html", values, status=fault.status)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="mailing-{mailing_id}-{state or "recipients"}.csv"'
    return response


def _columns() -> tuple[Column, ...]:
    return (
        Column("email", _("E-mail"), sorts=False),
        Column("state", _("State"), sorts=False),
        Column("code", _("Answer of the other server"), sorts=False, wide=True),
        Column("at", _("When"), sorts=False, wide=True),
    )


ROUTES = [
    path("mailings/<int:mailing_id>/recipients", recipients, name="mailing_recipients"),
    path("mailings/<int:mailing_id>/recipients.csv", download, name="mailing_recipients_file"),
]

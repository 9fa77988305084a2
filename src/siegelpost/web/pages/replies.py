"""Answers to a sender that were read as a withdrawal: all of them, what was written, and taking back one that was misread."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.audience.leaving import labels
from siegelpost.audience.listing import people
from siegelpost.audience.reads import find_subscriber
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.consent.suppression import against
from siegelpost.feedback.replies import MAX_REASON, ReplyCorrected, ReplyUnknown, Withdrawn, page_of_replies, reply_of, words_of_reply
from siegelpost.feedback.texts import KEPT_FOR
from siegelpost.flows.correct_reply import correct_reply
from siegelpost.flows.receive_reply import reply_address
from siegelpost.mailings.reads import names_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.people_words import entry_lines
from siegelpost.web.tables import ROWS, Column, Table, wanted

LARGEST = 2**63 - 1  # a number in an address may be any; a database takes no more


class Correction(PlainForm):
    """Why an answer was no withdrawal."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("How you know that the person did not withdraw, for example “called on 3 May: meant the appointment”."),
    )


@require_GET
@page
def replies(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show some, the newest first, and where copies of answers are taken."""
    columns = (
        Column("email", _("E-mail"), sorts=False),
        Column("state", _("Result"), sorts=False),
        Column("mailing", _("Mailing"), sorts=False, wide=True),
        Column("at", _("When"), sorts=False, wide=True),
    )
    asked = wanted(request.GET, columns, default="")
    lines, total = page_of_replies(visit.tenant, offset=asked.offset, limit=ROWS)
    emails = {one.id: one.email for one in people(visit.tenant, [line.subscriber_id for line in lines if line.subscriber_id is not None])}
    names = names_of(visit.tenant, {line.mailing_id for line in lines if line.mailing_id is not None})
    rows = [
        {"line": line, "email": emails.get(line.subscriber_id or 0, ""), "mailing": names.get(line.mailing_id or 0, "")} for line in lines
    ]
    values = {"table": Table(columns, rows, total, asked), "address": reply_address(visit.tenant, process_settings())}
    return render(request, visit, "web/replies/replies.html", values)


@require_GET
@page
def reply(request: HttpRequest, visit: Visit, reply_id: int) -> HttpResponse:
    """Show one, with what it changed."""
    return _page(request, visit, reply_id, Correction())


@require_POST
@page
def correct(request: HttpRequest, visit: Visit, reply_id: int) -> HttpResponse:
    """It was none: give back what it took."""
    form = Correction(request.POST)
    if not form.is_valid():
        return _page(request, visit, reply_id, form, status=422)
    try:
        correct_reply(visit.tenant, _known(visit, reply_id).id, form.cleaned_data["reason"], actor=visit.actor, now=clock.now())
    except ReplyCorrected:
        toast(request, "info", _("This was corrected already."))
    else:
        toast(request, "success", _("Corrected: everything is as it was before the answer."))
    return see_other(visit, "reply", reply_id=reply_id)


def _page(request: HttpRequest, visit: Visit, reply_id: int, form: Correction, status: int = 200) -> HttpResponse:
    line = _known(visit, reply_id)
    person = find_subscriber(visit.tenant, line.subscriber_id) if line.subscriber_id is not None else None
    standing = against(visit.tenant, person.key, person.email) if person and line.corrected_at else []
    about, within = set(line.changed.consents) | set(line.changed.members), visit.tenant.scope.lists
    values: dict[str, Any] = {
        "line": line,
        "person": person,
        "mailing": names_of(visit.tenant, {line.mailing_id}).get(line.mailing_id, "") if line.mailing_id is not None else "",
        "lists": list(labels(visit.tenant, about if within is None else about & within).values()),
        "everything": None in line.changed.opt_outs,
        "text": words_of_reply(visit.tenant, line.id),
        "days": KEPT_FOR.days,
        "form": form,
        "standing": entry_lines(standing, labels(visit.tenant, {one.list_id for one in standing if one.list_id is not None})),
    }
    return render(request, visit, "web/replies/reply.html", values, status=status)


def _known(visit: Visit, reply_id: int) -> Withdrawn:
    if reply_id > LARGEST:
        raise ReplyUnknown
    return reply_of(visit.tenant, reply_id)


ROUTES = [
    path("replies", replies, name="replies"),
    path("replies/<int:reply_id>", reply, name="reply"),
    path("replies/<int:reply_id>/correct", correct, name="reply_correct"),
]

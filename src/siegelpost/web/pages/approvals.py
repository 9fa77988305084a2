"""Requests for a second person: what waits for the reader, what they asked for, what became of all; ask, decide, carry out, take back."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.approval_rules import AGREED, LIFE, OPEN, REASON, UNPROVED, WAITING, why_not
from siegelpost.accounts.approvals.acts import ERASE, EXIT, EXPORT, INSTRUCT, MEASURE, SEND
from siegelpost.accounts.approvals.reads import Approval, approval, approvals, at_most_of, still_open
from siegelpost.accounts.approvals.requests import asked_of
from siegelpost.accounts.approvals.words import WHY_NOT
from siegelpost.accounts.reads import names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.flows import approving
from siegelpost.flows.carry_out import HERE, carry_out
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.approving import forget_wish, wish_in
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page, proved_at
from siegelpost.web.pages.approval_words import badge, lines, name_of, short
from siegelpost.web.tables import Column, table_of, wanted

HISTORY: Final = 1_000
"""Requests that the page looks back on; the log has all."""


class Ask(PlainForm):
    """Why somebody wants it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=REASON[0],
        max_length=REASON[-1],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever decides reads it, and it stays on record."),
    )


class Decide(PlainForm):
    """What the second person says."""

    reason = forms.CharField(
        label=gettext_lazy("Your reason"),
        max_length=REASON[-1],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed where you refuse, 10 characters or more. It stays on record."),
    )


@require_GET
@page
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is open, and the latest of all."""
    now = clock.now()
    columns = [
        Column("id", _("Request")),
        Column("what", _("What"), sorts=False),
        Column("asker", _("Asked by"), sorts=False, wide=True),
        Column("at", _("Asked at"), sorts=False, wide=True),
        Column("state", _("State"), sorts=False, wide=True),
    ]
    table = table_of(approvals(visit.tenant, now=now, limit=HISTORY), wanted(request.GET, columns, default="-id"), columns, key=_by_number)
    open_ones = still_open(visit.tenant, now=now)
    mine = [one for one in open_ones if one.asker.number == visit.person.pk]
    names = names_of([one.asker.number for one in (*table.rows, *open_ones)])
    values = {
        "for_you": [_row(one, names) for one in open_ones if _waits_for(visit, one)],
        "mine": [_row(one, names) for one in mine],
        "table": table,
        "rows": [_row(one, names) for one in table.rows],
    }
    return render(request, visit, "web/approvals/approvals.html", values)


@require_GET
@page
def one(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """A request, with exactly what would be done."""
    return render(request, visit, "web/approvals/approval.html", _values(visit, approval(visit.tenant, number, now=clock.now())))


@require_http_methods(["GET", "POST"])
@page
def ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say why, for what was refused a moment ago."""
    wish = wish_in(request, visit)
    if wish is None:
        toast(request, "info", _("Begin with what you want to do: where it needs a second person, it leads here."))
        return see_other(visit, "approvals")
    form = Ask(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        url = process_settings().staff_url
        try:
            number = approving.ask(visit.tenant, wish, form.cleaned_data["reason"], asker=visit.person, staff_url=url, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "reason")
        else:
            forget_wish(request)
            toast(request, "success", _("The request waits for a second person."))
            return see_other(visit, "approval", number=number)
    values = {"form": form, "act": name_of(wish.act), "lines": lines(visit, wish.act, wish.what, at_most_of(wish)), "days": LIFE.days}
    return render(request, visit, "web/approvals/ask.html", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@again_first
@page
def decide(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Agree or refuse, as somebody who has just shown the password."""
    found, form = approval(visit.tenant, number, now=clock.now()), Decide(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agreed = request.POST.get("agree") == "1"
        try:
            said = form.cleaned_data["reason"]
            approving.decide(visit.tenant, number, agreed, said, by=visit.person, proved_at=proved_at(request), now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "reason")
        else:
            toast(request, "success", _("You approved it.") if agreed else _("You refused it."))
            return see_other(visit, "approval", number=number)
    values = {**_values(visit, found), "form": form}
    return render(request, visit, "web/approvals/decide.html", values, status=422 if form.errors else 200)


@require_POST
@page
def do(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Carry it out; exactly what was approved, once."""
    found = carry_out(visit.tenant, number, by=visit.person.pk, settings=process_settings(), now=clock.now())
    toast(request, "success", _("Done, as it was approved."))
    if found.act == SEND and "mailing_progress" in visit.opens:
        return see_other(visit, "mailing_progress" if not found.what["start_at"] else "mailing_send", mailing_id=found.what["mailing"])
    return see_other(visit, "approval", number=number)


@require_POST
@page
def take_back(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Whoever asked does not want it any more."""
    approving.take_back(visit.tenant, number, by=visit.person, now=clock.now())
    toast(request, "success", _("The request is taken back."))
    return see_other(visit, "approval", number=number)


def _by_number(found: Approval) -> int:
    return found.id


def _row(found: Approval, names: dict[int, str]) -> dict[str, Any]:
    asker = names.get(found.asker.number, str(found.asker.number))
    return {
        "one": found,
        "act": name_of(found.act),
        "short": short(found.act, found.what),
        "badge": badge(found.state, found.ended),
        "asker": asker,
        "until": found.asked_at + LIFE,
    }


def _why_not(visit: Visit, found: Approval) -> str:
    """Why the reader cannot decide; that they show the password once more is asked on the way."""
    second = approving.second_of(visit.tenant, found, visit.person, None)
    asked = asked_of(visit.tenant, found, concerned=approving.concerned_by(found), now=clock.now())
    why = why_not(asked, second, now=clock.now())
    return "" if why == UNPROVED else why


def _waits_for(visit: Visit, found: Approval) -> bool:
    return found.state == WAITING and "approval_decide" in visit.changes and not _why_not(visit, found)


def _values(visit: Visit, found: Approval) -> dict[str, Any]:
    names = names_of([number for number in (found.asker.number, found.decided_by) if number is not None])
    mine = found.asker.number == visit.person.pk
    why = _why_not(visit, found) if found.state == WAITING and "approval_decide" in visit.changes and not mine else ""
    return {
        **_row(found, names),
        "lines": lines(visit, found.act, found.what, found.at_most),
        "second": names.get(found.decided_by, str(found.decided_by)) if found.decided_by else "",
        "mine": mine,
        "is_open": found.state in OPEN,
        "may_decide": _waits_for(visit, found),
        "why_not": translate(WHY_NOT[why]) if why else "",
        "may_do": mine and found.state == AGREED and found.act in HERE,
        "how": "here" if found.act in HERE else "operator" if found.act == EXIT else "elsewhere",
        "elsewhere": _elsewhere(visit, found) if mine and found.state == AGREED else "",
    }


def _elsewhere(visit: Visit, found: Approval) -> str:
    """The page on which it is carried out, where that is not here."""
    route, parts = _page_of(found)
    return reverse(f"web:{route}", kwargs={"slug": visit.tenant.slug, **parts}) if route and route in visit.opens else ""


def _page_of(found: Approval) -> tuple[str, dict[str, Any]]:
    what = found.what
    if found.act == EXPORT:
        if "token" in what:
            return "tokens", {}
        pages = ((route, {part: what[thing]}) for thing, route, part in _EXPORTS if thing in what)
        return next(pages, ("hand_over_new", {}))
    if found.act == ERASE and what["subscriber"]:
        return "subscriber_erase", {"person_id": what["subscriber"]}
    return ("instruction_new", {}) if found.act in (INSTRUCT, MEASURE) else ("", {})


_EXPORTS: Final = (
    ("list", "list_export", "list_id"),
    ("mailing", "mailing_recipients", "mailing_id"),
    ("import", "import", "import_id"),
)
"""What leaves, and the page from which it does."""

ROUTES = [
    path("approvals", overview, name="approvals"),
    path("approvals/ask", ask, name="approval_ask"),
    path("approvals/<int:number>", one, name="approval"),
    path("approvals/<int:number>/decide", decide, name="approval_decide"),
    path("approvals/<int:number>/do", do, name="approval_do"),
    path("approvals/<int:number>/take-back", take_back, name="approval_take_back"),
]

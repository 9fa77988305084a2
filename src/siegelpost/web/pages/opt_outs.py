"""The opt-out lists: who left which list, when and how; and what staff enter of letters and calls."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.accounts.approval_rules import REASON
from siegelpost.accounts.reads import names_of
from siegelpost.audience.addresses import MAX_TYPED, read_address
from siegelpost.audience.leaving import labels
from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.opt_outs import OptOutLine, Wish, days_shown, page_of
from siegelpost.consent.words import way
from siegelpost.flows.objections import MOST, WAYS, Objections, enter_objections
from siegelpost.flows.opt_out_file import opt_out_file
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given
from siegelpost.governance.instructions.services import today
from siegelpost.intake.reasons import explain
from siegelpost.sign.addresses import address_key
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.kept import take
from siegelpost.web.tables import ROWS, Choice, Column, Table, wanted

EVERYTHING: Final = "0"
FIELD_OF: Final = {"opt_out.day_wrong": "received_on", "opt_out.too_many": "lines"}


class ObjectionForm(PlainForm):
    """What came by letter or telephone."""

    lines = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=MOST * MAX_TYPED,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("One per line, up to 200. Also of people who are not stored here: then no import can bring them in."),
    )
    lists = forms.TypedChoiceField(label=gettext_lazy("They want nothing of"), coerce=int, empty_value=None, required=False)
    way = forms.ChoiceField(label=gettext_lazy("How it came"), choices=lambda: [(one, way(one)) for one in WAYS])
    received_on = forms.DateField(
        label=gettext_lazy("Received on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("The day of the call, or the day on which the letter arrived."),
    )

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        choices: list[tuple[int | str, str]] = [("", _("everything you send")), *list_names(visit.tenant).items()]
        self.base_fields["lists"].choices = choices  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)


class ExportForm(PlainForm):
    """What the file is for, and who gets it."""

    purpose = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=REASON[-1],
        required=False,
        help_text=gettext_lazy("For the disclosure register. Left out: the controller's own use."),
    )
    recipient = forms.CharField(
        label=gettext_lazy("Who gets it"), max_length=200, required=False, help_text=gettext_lazy("A person or body. Left out: you.")
    )


@require_GET
@page
def opt_outs(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The lines, the latest first."""
    columns = (
        Column("email", _("Address"), sorts=False),
        Column("list", _("List"), sorts=False),
        Column("how", _("How"), sorts=False, wide=True),
        Column("at", _("When"), sorts=False, wide=True),
        Column("state", _("State"), sorts=False, wide=True),
    )
    names = list_names(visit.tenant)
    lists = [(EVERYTHING, _("From everything")), *((str(number), name) for number, name in names.items())]
    asked = wanted(request.GET, columns, (choice := (Choice("list", _("Any list"), lists),)), default="")
    key = address_key(read_address(asked.q).address, visit.tenant.keys.addresses) if asked.q else b""
    wish = Wish(list_id=int(asked.chosen["list"]) if "list" in asked.chosen else None, key=key)
    lines, total = page_of(visit.tenant, wish, now=clock.now(), offset=asked.offset, limit=ROWS)
    table = Table(columns, _rows(visit, lines), total, asked, choice)
    return render(request, visit, "web/opt_outs/opt_outs.html", {"table": table, "days": days_shown(visit.tenant)})


def _rows(visit: Visit, lines: list[OptOutLine]) -> list[dict[str, Any]]:
    names = labels(visit.tenant, {one.list_id for one in lines if one.list_id is not None})
    staff = names_of(int(one.actor[6:]) for one in lines if one.actor.startswith("staff:"))
    return [
        {
            "line": one,
            "list": "" if one.list_id is None else names[one.list_id],
            "how": way(one.how),
            "who": staff.get(int(one.actor[6:]), "") if one.actor.startswith("staff:") else "",
        }
        for one in lines
    ]


@require_http_methods(["GET", "POST"])
@page
def objections(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Enter some; lines that are no address come back alone in the box."""
    now = clock.now()
    start = {"received_on": today(now), "way": WAYS[0]}
    if request.method != "POST":
        return _objections(request, visit, ObjectionForm(visit, initial=start))
    form = ObjectionForm(visit, request.POST)
    if not form.is_valid():
        return _objections(request, visit, form, status=422)
    told = form.cleaned_data
    about = None if told["lists"] is None else (told["lists"],)
    said = Objections(lines=told["lines"].splitlines(), list_ids=about, way=told["way"], received_on=told["received_on"])
    try:
        entered = enter_objections(visit.tenant, said, today=today(now), actor=visit.actor, now=now)
    except SiegelpostError as fault:
        form.add_fault(fault, FIELD_OF.get(fault.code))
        return _objections(request, visit, form, status=422)
    words = _("%(new)d entered, %(before)d had objected before.") % {"new": entered.new, "before": entered.before}
    if not entered.wrong:
        toast(request, "success", words)
        return see_other(visit, "opt_outs")
    take(request)
    rest = {**told, "lists": told["lists"] or "", "lines": "\n".join(text for _number, text, _code in entered.wrong)}
    wrong = [(number, text, explain(code)) for number, text, code in entered.wrong]
    return _objections(request, visit, ObjectionForm(visit, initial=rest), said=words, wrong=wrong, status=422)


def _objections(request: HttpRequest, visit: Visit, form: ObjectionForm, *, status: int = 200, **values: Any) -> HttpResponse:
    return render(request, visit, "web/opt_outs/objections.html", {"form": form, **values}, status=status)


@require_http_methods(["GET", "POST"])
@again_first
@page
def export(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask, and send the file."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = Given(recipient=said["recipient"].strip(), purpose=said["purpose"].strip() or FOR_ONESELF.purpose)
        response = StreamingHttpResponse(
            opt_out_file(visit.tenant, given=given, actor=visit.actor, now=clock.now()), content_type="text/csv; charset=utf-8"
        )
        response.headers["Content-Disposition"] = 'attachment; filename="opt-outs.csv"'
        return response
    values = {"form": form, "days": days_shown(visit.tenant)}
    return render(request, visit, "web/opt_outs/export.html", values, status=422 if form.is_bound else 200)


ROUTES = [
    path("opt-outs", opt_outs, name="opt_outs"),
    path("opt-outs/objections", objections, name="objections"),
    path("opt-outs/export", export, name="opt_outs_file"),
]

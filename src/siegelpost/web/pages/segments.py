"""Segments: what each says, whom it fits now; made with boxes or written by hand."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.audience.errors import ChangedMeanwhile, NameWrong, SegmentExists
from siegelpost.audience.listing import people
from siegelpost.audience.reads import fields_of
from siegelpost.audience.segments import Restated
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.flows import segments as flow
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Seen, meet
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages import segment_boxes as boxes

LARGEST: Final = 2**63 - 1
ADD: Final = "add"
COUNT: Final = "count"


class SegmentForm(PlainForm):
    """A name and a condition."""

    version = Seen()
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Condition"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "form-control font-monospace"}),
    )


@require_GET
@page
def segments(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, with what no longer fits."""
    return render(request, visit, "web/segments/segments.html", {"rows": flow.segments(visit.tenant, zone=_zone())})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one."""
    return _edited(request, visit, None)


@require_http_methods(["GET", "POST"])
@page
def segment(request: HttpRequest, visit: Visit, segment_id: int) -> HttpResponse:
    """Look at one, and change it."""
    return _edited(request, visit, flow.segment(visit.tenant, min(segment_id, LARGEST), zone=_zone()))


@require_POST
@page
def delete(request: HttpRequest, visit: Visit, segment_id: int) -> HttpResponse:
    """Forget one; nobody's data change."""
    flow.delete(visit.tenant, min(segment_id, LARGEST), actor=visit.actor, now=clock.now())
    toast(request, "success", _("The segment is deleted. Nobody's data have changed."))
    return see_other(visit, "segments")


def _edited(request: HttpRequest, visit: Visit, item: flow.Shown | None) -> HttpResponse:
    act, typed = request.POST.get("act", ""), request.POST.copy()
    if act == ADD:
        known = flow.known_of(visit.tenant, zone=_zone())
        one = boxes.written(typed.get("about", ""), typed.get("how", ""), typed.get("what", ""), known)
        typed["text"] = boxes.joined(typed.get("text", ""), typed.get("join", "and"), one)
    form = SegmentForm(typed if request.method == "POST" else None, initial=_start(item) if item else None)
    values = _values(visit, item, form)
    status = 200
    if request.method != "POST":
        values |= _looked_into(visit, item.text, form) if item and not item.fault else {}
    elif act in (ADD, COUNT):
        values |= _looked_into(visit, typed.get("text", ""), form)
        form.errors.pop("name", None)  # not asked for yet
    elif form.is_valid():
        try:
            return _saved(request, visit, item, form)
        except ChangedMeanwhile as fault:
            status, values["differences"] = (
                fault.status,
                meet(form, _start(flow.segment(visit.tenant, item.id if item else 0, zone=_zone()))),
            )
        except SiegelpostError as fault:
            form.add_fault(fault, "name" if isinstance(fault, NameWrong | SegmentExists) else "text")
    if status == 200 and form.is_bound and form.errors:
        status = 422
    return render(request, visit, "web/segments/edit.html", values, status=status)


def _start(item: flow.Shown) -> dict[str, Any]:
    return {"name": item.name, "text": item.text, "version": item.version}


def _saved(request: HttpRequest, visit: Visit, item: flow.Shown | None, form: SegmentForm) -> HttpResponse:
    said = form.cleaned_data
    if item is None:
        flow.create(visit.tenant, said["name"], said["text"], zone=_zone(), actor=visit.actor, now=clock.now())
    else:
        new = Restated(item.id, said["name"], said["text"], said["version"])
        flow.change(visit.tenant, new, zone=_zone(), actor=visit.actor, now=clock.now())
    toast(request, "success", _("Saved."))
    return see_other(visit, "segments")


def _looked_into(visit: Visit, text: str, form: SegmentForm) -> dict[str, Any]:
    """How many it fits and who the newest are, for whoever may see people."""
    if "subscribers" not in visit.opens or not text.strip():
        return {}
    now, zone = clock.now(), _zone()
    try:
        n = flow.count(visit.tenant, text, zone=zone, now=now)
        some = people(visit.tenant, flow.people(visit.tenant, text, zone=zone, now=now))
    except SiegelpostError as fault:
        if form.is_bound:
            form.add_fault(fault, "text")
        return {}
    return {"counted": n, "people": some}


def _values(visit: Visit, item: flow.Shown | None, form: SegmentForm) -> dict[str, Any]:
    known = flow.known_of(visit.tenant, zone=_zone())
    names = {one.alias: one.name for one in fields_of(visit.tenant)}
    return {
        "form": form,
        "segment": item,
        "fault": item.fault.as_dict() if item and item.fault and not form.is_bound else None,
        "abouts": boxes.abouts(known, names),
        "hows": {code: translate(words) for code, words in boxes.HOW.items()},
        "joins": {code: translate(words) for code, words in boxes.JOINS.items()},
        "asked": form.data if form.is_bound else {},
    }


def _zone() -> str:
    return process_settings().time_zone


ROUTES = [
    path("segments", segments, name="segments"),
    path("segments/new", new, name="segment_new"),
    path("segments/<int:segment_id>", segment, name="segment"),
    path("segments/<int:segment_id>/delete", delete, name="segment_delete"),
]

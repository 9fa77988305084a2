"""What the pages of the house share: who may see them, and what waits for a second person."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.approval_rules import UNPROVED
from siegelpost.accounts.approvals.words import WHY_NOT
from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.reads import Person, names_of
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.flows import house
from siegelpost.flows.leave_unheired import agree_to_leave
from siegelpost.flows.lift_complaint import may_ask
from siegelpost.flows.release import approve_release
from siegelpost.web.answers import toast
from siegelpost.web.gate import again_first, members_only, proved_at

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request as the reader sees it; `why_not` says why they cannot agree, "" where they can."""

    one: house.Request
    title: str
    text: str
    by: str
    mine: bool
    why_not: str


def operators_only(view: View) -> Callable[..., HttpResponseBase]:
    """For those who run the installation; the view gets the person."""

    @wraps(view)
    def checked(request: HttpRequest, **parts: Any) -> HttpResponse:
        person = cast("Person", request.user)
        if not person.operator:
            raise RightMissing
        return view(request, person=person, **parts)

    return members_only(checked)


def waiting(person: Person, kind: str = "") -> list[Waiting]:
    """What waits for a second person, the newest first."""
    now = clock.now()
    found = house.requests(kind, now=now)
    names = names_of({one.by for one in found} | {int(one.what["person"]) for one in found if "person" in one.what})
    return [_row(one, person, names) for one in found]


def _row(one: house.Request, person: Person, names: dict[int, str]) -> Waiting:
    why = house.why_cannot(one, person, proved_at=None, now=clock.now())
    if one.kind == house.RELEASE:
        title, text = _("Release %(version)s") % {"version": one.what["version"]}, one.what["commit"][:12]
    else:
        title = _("Off-board %(name)s") % {"name": names.get(one.what["person"], "?")}
        text = _("without anybody who takes over")
    return Waiting(one, title, text, names.get(one.by, "?"), one.by == person.pk, "" if why == UNPROVED else translate(WHY_NOT[why]))


@require_GET
@members_only
def overview(request: HttpRequest) -> HttpResponse:
    """Where the pages are, and what waits; the privacy officer sees complaints alone."""
    person = cast("Person", request.user)
    if not (person.operator or may_ask(person)):
        raise RightMissing
    return render(request, "web/house/house.html", {"waiting": waiting(person) if person.operator else [], "operates": person.operator})


@again_first
@require_POST
@operators_only
def agree(request: HttpRequest, *, person: Person, key: str) -> HttpResponse:
    """Agree as the second person: what was asked for is done."""
    now, shown = clock.now(), proved_at(request)
    if house.request(key, now=now).kind == house.RELEASE:
        found = approve_release(key, by=person, proved_at=shown, now=now)
        toast(request, "success", _("Release %(version)s is recorded, with both of you.") % {"version": found.version})
        return to("house_releases")
    agree_to_leave(key, by=person, proved_at=shown, now=now)
    toast(request, "success", _("Off-boarded: nothing of this person opens any more."))
    return to("house_leavers")


@require_POST
@operators_only
def take_back(request: HttpRequest, *, person: Person, key: str) -> HttpResponse:
    """Whoever asked does not want it any more."""
    house.take_back(key, by=person, now=clock.now())
    toast(request, "success", _("The request is taken back."))
    return to("house")


def to(name: str) -> HttpResponse:
    """After a change: look at this page of the house next."""
    return HttpResponseRedirect(reverse(f"web:{name}"), status=303)


ROUTES = [
    path("house", overview, name="house"),
    path("house/requests/<slug:key>/agree", agree, name="house_agree"),
    path("house/requests/<slug:key>/take-back", take_back, name="house_take_back"),
]

"""Pause, resume, cancel, send again: each decides by what it finds, so that pressing twice does no harm."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows import steer
from siegelpost.flows.send_again import AGAIN, BLOCKED, UNSURE, give_up, send_again
from siegelpost.mailings.browse import standing
from siegelpost.mailings.errors import StateRefused
from siegelpost.web.answers import see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_form import words_of


@require_POST
@page
def pause(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Stop sending; messages in flight are finished."""
    return _steer(request, visit, mailing_id, steer.pause, _("Paused. Messages on their way are still finished."))


@require_POST
@page
def resume(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Go on."""
    return _steer(request, visit, mailing_id, steer.resume, _("The mailing continues."))


@require_POST
@page
def cancel(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """End it for everybody who was not reached yet; the word has to be typed."""
    if request.POST.get("confirm", "").strip() != _("cancel"):
        toast(request, "warning", _("Type the word to cancel the mailing. Nothing was changed."))
        return see_other(visit, "mailing_progress", mailing_id=mailing_id)
    return _steer(request, visit, mailing_id, steer.cancel, _("Cancelled. Nobody else gets this mailing."))


@require_POST
@page
def again(request: HttpRequest, visit: Visit, mailing_id: int, state: str) -> HttpResponse:
    """Send those in one state again; for the unsure ones the word has to be typed, since they may get it twice."""
    if state not in AGAIN:
        raise Http404
    if state == UNSURE and request.POST.get("confirm", "").strip() != _("twice"):
        toast(request, "warning", _("Type the word to send these messages again. Nothing was changed."))
        return _recipients(visit, mailing_id, state)
    try:
        n = send_again(visit.tenant, mailing_id, state, actor=visit.actor, now=clock.now())
    except StateRefused as refused:
        toast(request, "info", refused.as_dict()["message"])
    else:
        said = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", n) % {"n": n}
        toast(request, "success" if n else "info", said)
    return see_other(visit, "mailing_progress", mailing_id=mailing_id)


@require_POST
@page
def let_be(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Give up the blocked ones."""
    n = give_up(visit.tenant, standing(visit.tenant, mailing_id).id, actor=visit.actor, now=clock.now())
    toast(request, "success", ngettext("%(n)s message was given up.", "%(n)s messages were given up.", n) % {"n": n})
    return _recipients(visit, mailing_id, BLOCKED)


def _recipients(visit: Visit, mailing_id: int, state: str) -> HttpResponse:
    answer = see_other(visit, "mailing_recipients", mailing_id=mailing_id)
    answer.headers["Location"] += f"?state={state}"
    return answer


def _steer(request: HttpRequest, visit: Visit, mailing_id: int, act: Callable[..., None], said: str) -> HttpResponse:
    try:
        act(visit.tenant, mailing_id, actor=visit.actor, now=clock.now())
    except StateRefused as refused:
        toast(request, "info", refused.as_dict()["message"])
    except SiegelpostError as refused:
        if refused.status == 404:
            raise
        toast(request, "danger", words_of(refused))
    else:
        toast(request, "success", said)
    return see_other(visit, "mailing_progress", mailing_id=mailing_id)


ROUTES = [
    path("mailings/<int:mailing_id>/pause", pause, name="mailing_pause"),
    path("mailings/<int:mailing_id>/resume", resume, name="mailing_resume"),
    path("mailings/<int:mailing_id>/cancel", cancel, name="mailing_cancel"),
    path("mailings/<int:mailing_id>/again/<str:state>", again, name="mailing_again"),
    path("mailings/<int:mailing_id>/give-up", let_be, name="mailing_give_up"),
]

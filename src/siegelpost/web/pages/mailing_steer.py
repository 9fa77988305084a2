"""Pause, resume, cancel: each decides by the state of the mailing, so that pressing twice does no harm."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from siegelpost.accounts.rules import SEND
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows import steer
from siegelpost.mailings.errors import StateRefused
from siegelpost.web.answers import see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_form import words_of


@require_POST
@page(SEND)
def pause(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Stop sending; messages in flight are finished."""
    return _steer(request, visit, mailing_id, steer.pause, _("Paused. Messages on their way are still finished."))


@require_POST
@page(SEND)
def resume(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Go on."""
    return _steer(request, visit, mailing_id, steer.resume, _("The mailing goes on."))


@require_POST
@page(SEND)
def cancel(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """End it for everybody who was not reached yet; the word has to be typed."""
    if request.POST.get("confirm", "").strip() != _("cancel"):
        toast(request, "warning", _("Type the word to cancel the mailing. Nothing was changed."))
        return see_other(visit, "mailing_progress", mailing_id=mailing_id)
    return _steer(request, visit, mailing_id, steer.cancel, _("Cancelled. Nobody else gets this mailing."))


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
]

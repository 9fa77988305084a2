"""How a mailing looks: in a frame that runs nothing, loads nothing from elsewhere and counts nothing."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.preview import CONTENT_SECURITY, Preview, preview
from siegelpost.flows.public_address import public_url_of
from siegelpost.mailings.browse import senders, standing
from siegelpost.mailings.errors import ContentMissing
from siegelpost.mailings.reads import mailing
from siegelpost.render.errors import SourceUnusable
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_form import words_of
from siegelpost.web.pages.mailing_frame import show

LOOKS: Final = ("desktop", "phone", "text")


@require_GET
@page
def look(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Show the mailing as a sample person or a subscriber would get it."""
    found = standing(visit.tenant, mailing_id)
    like, look = _like(request), request.GET.get("look", "")
    values: dict[str, Any] = {"like": like, "sender": _sender(visit, mailing_id)}
    try:
        made = _made(visit, mailing_id, like)
    except SubscriberUnknown:
        values["like_fault"] = _("Nobody has this address. You see the sample person.")
        made = _made(visit, mailing_id, "")
        values["like"], like = "", ""
    except (SourceUnusable, ContentMissing) as refused:
        return show(request, visit, found, "preview.html", {**values, "fault": words_of(refused)})
    chosen = look if look in LOOKS and (made.html or look == "text") else "desktop" if made.html else "text"
    kinds = [
        {"look": one, "url": "?" + urlencode({"look": one, "like": like}), "active": one == chosen}
        for one in LOOKS
        if made.html or one == "text"
    ]
    return show(
        request, visit, found, "preview.html", {**values, "made": made, "look": chosen, "looks": kinds, "frame": urlencode({"like": like})}
    )


@require_GET
@page
def document(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Answer with the mail itself, for the frame; nothing in it may run, load from elsewhere or open a window."""
    response = HttpResponse(_made(visit, mailing_id, _like(request)).html)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _made(visit: Visit, mailing_id: int, like: str) -> Preview:
    return preview(
        visit.tenant, mailing_id, like=like, public_url=public_url_of(visit.tenant, process_settings()), today=clock.now().date()
    )


def _like(request: HttpRequest) -> str:
    return request.GET.get("like", "").strip()[:320]


def _sender(visit: Visit, mailing_id: int) -> str:
    chosen = mailing(visit.tenant, mailing_id).sender_id
    return next((one.name for one in senders(visit.tenant) if one.id == chosen), "")


ROUTES = [
    path("mailings/<int:mailing_id>/preview", look, name="mailing_preview"),
    path("mailings/<int:mailing_id>/preview/document", document, name="mailing_document"),
]

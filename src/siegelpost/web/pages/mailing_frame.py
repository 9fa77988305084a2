"""What all pages of one mailing share: its name, its state, and the way to its other pages."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from siegelpost.base.i18n import marked as _
from siegelpost.mailings.browse import Standing
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit
from siegelpost.web.pages.mailing_words import STATES

BEFORE: Final = (
    ("mailing_edit", _("Content"), "edit"),
    ("mailing_preview", _("Preview"), "eye"),
    ("mailing_test", _("Test mail"), "mail-forward"),
    ("mailing_send", _("Send"), "send"),
)
"""Tabs of a draft: route, words, icon."""
AFTER: Final = (
    ("mailing_progress", _("Progress"), "activity"),
    ("report", _("Report"), "chart-bar"),
    ("mailing_recipients", _("Recipients"), "users"),
    ("mailing_preview", _("Preview"), "eye"),
    ("mailing_edit", _("Content"), "file-text"),
)
"""Tabs of a mailing that was launched."""
PART_OF: Final = {"mailing_spam": "mailing_send"}
"""Route of a page -> the tab from which it is asked for."""


def show(
    request: HttpRequest, visit: Visit, mailing: Standing, template: str, values: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Answer with a page of one mailing; the tab is the one whose route was asked for, or to which that belongs."""
    asked = (request.resolver_match and request.resolver_match.url_name) or ""
    here = PART_OF.get(asked, asked)
    where = {"slug": visit.tenant.slug, "mailing_id": mailing.id}
    tabs = [
        {"url": reverse(f"web:{route}", kwargs=where), "label": label, "icon": icon, "active": route == here}
        for route, label, icon in (AFTER if mailing.launched else BEFORE)
        if route in visit.opens
    ]
    parts = {"mailing": mailing, "badge": STATES[mailing.state], "tabs": tabs, **(values or {})}
    return render(request, visit, f"web/mailings/{template}", parts, status=status)

"""A page for each error; none shows a person's data or a trace."""

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from siegelpost.base.errors import SiegelpostError

ENDED: Final = "ended"
"""In the address of the login: a session was over, by its time or because somebody ended it."""


def fault_page(request: HttpRequest, fault: SiegelpostError) -> HttpResponse:
    """One of our errors, with its four parts."""
    return _page(request, fault.status, **fault.as_dict())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    return _page(request, 400, code="web.bad_request", message=_("This request cannot be understood."), hint=_("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    return _page(request, 403, code="web.forbidden", message=_("You may not see this page."), hint=_("Ask somebody who administers it."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page is older than the session."""
    if not request.user.is_authenticated and request.path != reverse("web:login"):
        return ask_to_log_in(request)
    return _page(
        request, 403, code="web.form_expired", message=_("This form has expired, for example because you logged in again."),
        hint=_("Go back and send it once more: what you typed is still there."),
    )  # fmt: skip


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """303 from a form whose sender is logged out by now: the browser kept what was typed and puts it back on the same page."""
    parts = urlsplit(request.headers.get("Referer", ""))
    back = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return HttpResponseRedirect(way_in(request, back), status=303)


def way_in(request: HttpRequest, back: str) -> str:
    """The address of the login, which leads back; to whoever brought a session that is over it says so."""
    ended = {ENDED: "1"} if request.COOKIES.get(settings.SESSION_COOKIE_NAME) else {}
    return f"{reverse('web:login')}?{urlencode({'next': back, **ended}, safe='/')}"


def too_large(request: HttpRequest, *, is_file: bool) -> HttpResponse:
    """413"""
    if is_file:
        message, hint = _("The file is too large."), _("Split it, or let the operator import it with `siegelpost import`.")
    else:
        message, hint = _("This is more than a page takes."), _("Go back and send less: what you typed is still there.")
    return _page(request, 413, code="web.too_large", message=message, hint=hint, nothing=_("Nothing was changed."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    return _page(request, 404, code="web.not_found", message=_("This page does not exist."), hint=_("Check the address, or start again."))


def our_fault(request: HttpRequest) -> HttpResponse:
    """500"""
    return _page(
        request, 500, code="web.our_fault", message=_("Something went wrong on our side."),
        hint=_("Try again. If it stays like this, tell the operator the code and the time."), nothing=_("Nothing was changed."),
    )  # fmt: skip


def _page(request: HttpRequest, status: int, **parts: Any) -> HttpResponse:
    return render(request, "web/fault.html", {"status": status, "fault": parts}, status=status)

"""What every answer to the staff goes through: headers, the reader's language, our errors as pages."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import use_language
from siegelpost.base.settings import process_settings
from siegelpost.web import handlers

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR: Final = 31_536_000  # seconds
LANGUAGE_COOKIE: Final = "language"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class StaffHeaders:
    """Adds the security headers that a view has not set itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._https = process_settings().staff_url.startswith("https://")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if self._https:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        return response


class Language:
    """Speaks the language of whoever is logged in, before that the one that the browser asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = getattr(request.user, "language", "") or request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = own if own in ("de", "en") else translation.get_language_from_request(request)[:2]
        use_language(language)
        with translation.override(language):
            response = self._get_response(request)
        response.headers["Content-Language"] = language
        return response


class Faults:
    """Turns our errors into pages that say what is wrong, what to do and what did not happen."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponseBase | None:
        """Django: a view raised this."""
        return handlers.fault_page(request, fault) if isinstance(fault, SiegelpostError) else None

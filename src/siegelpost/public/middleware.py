"""Headers that every public answer carries."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from siegelpost.base.settings import process_settings

CONTENT_SECURITY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",  # addresses of personal pages must not reach the pages that they link to
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR: Final = 31_536_000  # seconds

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PublicHeaders:
    """Adds the security headers that a view has not set itself. Sets no cookie, ever."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._https = process_settings().public_url.startswith("https://")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if self._https:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        return response

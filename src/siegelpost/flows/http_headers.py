"""The security headers of both sites; each names its own beside them."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

COMMON: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR: Final = 31_536_000  # seconds
STRICT_TRANSPORT: Final = ("Strict-Transport-Security", f"max-age={ONE_YEAR}")


class SecurityHeaders:
    """Adds the headers that a view has not set itself; a site says which are its own and under which address it is reached."""

    own: Mapping[str, str] = {}
    address: str = ""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._headers = {**COMMON, **self.own}
        self._https = self.address.startswith("https://")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        if self._https:
            name, value = STRICT_TRANSPORT
            response.headers[name] = value
        return response

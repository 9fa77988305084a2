"""Headers that every public answer carries."""

from typing import Final

from siegelpost.base.settings import process_settings
from siegelpost.flows.http_headers import GetResponse, SecurityHeaders

CONTENT_SECURITY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class PublicHeaders(SecurityHeaders):
    """Sets no cookie, ever."""

    own = {
        "Content-Security-Policy": CONTENT_SECURITY,
        "Referrer-Policy": "no-referrer",  # addresses of personal pages must not reach the pages that they link to
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.address = process_settings().public_url
        super().__init__(get_response)

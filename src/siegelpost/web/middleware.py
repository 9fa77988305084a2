"""What every answer to the staff goes through: headers, the reader's language, our errors as pages."""

from typing import Final

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import translation

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import use_language
from siegelpost.base.settings import process_settings
from siegelpost.flows.http_headers import GetResponse, SecurityHeaders
from siegelpost.web import handlers
from siegelpost.web.approving import lead_to_asking

IS_HTTPS: Final = process_settings().staff_url.startswith("https://")
LANGUAGE_COOKIE: Final = "__Host-language" if IS_HTTPS else "language"


class StaffHeaders(SecurityHeaders):
    """The page's address tells nobody outside what it shows."""

    own = {"Referrer-Policy": "same-origin"}

    def __init__(self, get_response: GetResponse) -> None:
        self.address = process_settings().staff_url
        super().__init__(get_response)


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
    """Turns our errors into pages that say what is wrong, what to do and what did not happen.

    An address that only takes a form has its page one level up (`…/suppression/add`): whoever comes there without a form,
    after a login in between or by loading a refused page again, is led to it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code == 405 and request.method == "GET":
            return HttpResponseRedirect(request.path.rstrip("/").rpartition("/")[0] or "/")
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponseBase | None:
        """Django: a view raised this. What needs a second person leads to where one asks for it."""
        if isinstance(fault, ApprovalNeeded) and (asking := lead_to_asking(request, fault)):
            return asking
        return handlers.fault_page(request, fault) if isinstance(fault, SiegelpostError) else None

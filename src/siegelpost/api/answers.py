"""Stands before everything below `/api/`: no session, cookie, form token or page has a part in it. Whatever happens, JSON answers."""

from pathlib import Path
from traceback import extract_tb
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from siegelpost.api import urls
from siegelpost.api.errors import BodyTooLarge, NoSuchAddress, NoSuchMethod, NotJson, OurFault, RequestWrong, TokenRefused, TooManyWrong
from siegelpost.api.outflows import count_answer
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import use_language
from siegelpost.flows.http_headers import GetResponse

PREFIX: Final = "/api/"
MOST_BYTES: Final = 262_144
"""Of a body: one person with a hundred fields of 1,000 characters fits."""
ROOT_VIEW: Final = "api-root"
"""A page of the library's own that shows nothing."""
BIGGEST: Final = 2**63
"""No number of ours reaches it, and no database could be asked for it."""

log = structlog.get_logger(__name__)


class Interface:
    """Django: the interface answers, or the pages do. Cookies are not even read, so no other site's page can use somebody's login."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return answer(request) if request.path_info.startswith(PREFIX) else self._get_response(request)


def answer(request: HttpRequest) -> HttpResponseBase:
    """Resolve and call; every fault has four parts and a status."""
    language = translation.get_language_from_request(request)[:2]
    use_language(language)
    with translation.override(language):
        try:
            return _called(request)
        except SiegelpostError as fault:
            return refused(fault)
        except Exception as fault:  # noqa: BLE001 - its text may hold a row of the database: kind and place are told, to the log
            places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(fault.__traceback__, limit=-3)]
            log.error("api.failed", kind=type(fault).__name__, places=places)
            return refused(OurFault())


def refused(fault: SiegelpostError) -> JsonResponse:
    """The four parts of an error."""
    response = JsonResponse({"error": fault.as_dict()}, status=fault.status)
    if isinstance(fault, TokenRefused):
        response.headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    if isinstance(fault, TooManyWrong):
        response.headers["Retry-After"] = str(60 * int(str(fault.facts["minutes"])))
    return response


def _called(request: HttpRequest) -> HttpResponseBase:
    _bounded(request)
    try:
        match = resolve(request.path_info, urlconf=urls.__name__)
    except Resolver404:
        raise NoSuchAddress from None
    if match.url_name == ROOT_VIEW or any(isinstance(value, int) and value >= BIGGEST for value in match.kwargs.values()):
        raise NoSuchAddress
    request.resolver_match = match
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    count_answer(request, response)
    if response.status_code == 405:
        refusal = refused(NoSuchMethod())
        refusal.headers["Allow"] = response.headers.get("Allow", "")
        return refusal
    return response


def _bounded(request: HttpRequest) -> None:
    """Before anything of a body is read. Raises BodyTooLarge, NotJson, RequestWrong."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not (said.isascii() and said.isdigit()):
        raise RequestWrong(where="Content-Length")
    if int(said[:12]) > MOST_BYTES or ("Transfer-Encoding" in request.headers and said == "0"):
        raise BodyTooLarge(bytes=MOST_BYTES)
    if int(said) and request.content_type != "application/json":
        raise NotJson

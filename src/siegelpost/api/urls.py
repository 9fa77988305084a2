"""Routes of the interface. All below /api/v1/t/SLUG/ goes through a gate of its own operation; the description is open to everybody."""

from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET

from siegelpost.api import lists, mailings, sending, subscribers
from siegelpost.api.errors import NotJson, RequestWrong
from siegelpost.api.gate import closed
from siegelpost.api.ninja import HttpError, NinjaAPI, ValidationError
from siegelpost.base.errors import SiegelpostError

ROOT: Final = "/api/v1/"
api = NinjaAPI(title="Siegelpost", version="1", docs_url=None, openapi_url=None, auth=closed)
for _router in (lists.router, subscribers.router, mailings.router, sending.router):
    api.add_router("/t/{slug:slug}", _router)


@api.exception_handler(SiegelpostError)
def _ours(_request: HttpRequest, fault: SiegelpostError) -> HttpResponse:
    raise fault  # `answers` says it


@api.exception_handler(ValidationError)
def _wrong(_request: HttpRequest, fault: ValidationError) -> HttpResponse:
    raise RequestWrong(where=", ".join(sorted({_place(one) for one in fault.errors}))) from None


@api.exception_handler(HttpError)
def _unread(_request: HttpRequest, _fault: HttpError) -> HttpResponse:
    raise NotJson from None


@require_GET
def description(_request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1: the same in every installation of this version, so nobody has to log in to read it."""
    return JsonResponse(_described())


@cache
def _described() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix=ROOT))


def _place(error: Any) -> str:
    """Name of the part and what is wrong with it; a name that nobody knows may be anything, and is not repeated."""
    kind = str(error.get("type", ""))
    names = [str(part) for part in error.get("loc", ())][1:]
    shown = "?" if kind == "extra_forbidden" else ".".join(name for name in names if name.isidentifier() and len(name) <= 40)
    return f"{shown or '?'} ({kind})"


urlpatterns = [path("api/v1/openapi.json", description), path("api/v1/", api.urls)]

"""For whoever watches the process from outside."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from siegelpost.base.proxies import client_of
from siegelpost.base.settings import process_settings
from siegelpost.tenancy.installation import operator_email


@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; with `?client` it says to whoever asks from which address, as our limits see it."""
    seen = client_of(str(request.META.get("REMOTE_ADDR", "")), request.headers.get("X-Forwarded-For", ""), process_settings().proxies)
    return HttpResponse(f"{seen}\n" if "client" in request.GET else "ok\n", content_type="text/plain")


@require_GET
def ready(_request: HttpRequest) -> HttpResponse:
    """The control database answers, too."""
    operator_email()
    return HttpResponse("ok\n", content_type="text/plain")

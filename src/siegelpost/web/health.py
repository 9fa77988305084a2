"""For whoever watches the process from outside."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from siegelpost.tenancy.installation import operator_email


@require_GET
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def ready(_request: HttpRequest) -> HttpResponse:
    """The control database answers, too."""
    operator_email()
    return HttpResponse("ok\n", content_type="text/plain")

"""Error pages for what Django itself refuses."""

from django.http import HttpRequest, HttpResponse

from siegelpost.public.errors import OurFault, PageUnknown, RequestUnreadable
from siegelpost.public.pages import error_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a body that cannot be read."""
    return error_page(request, RequestUnreadable())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page."""
    return error_page(request, PageUnknown())


def our_fault(request: HttpRequest) -> HttpResponse:
    """500: without details."""
    return error_page(request, OurFault())

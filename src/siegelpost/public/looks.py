"""A tenant's colour as a style sheet of its own, and its logo inside the page: nothing is loaded from elsewhere, and nothing inline."""

from django.http import Http404, HttpRequest, HttpResponse

from siegelpost.public.names import is_foreign
from siegelpost.public.pages import door
from siegelpost.tenancy.colours import style_of
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.looks import look_of
from siegelpost.tenancy.registry import open_tenant


@door("GET")
def style_of_tenant(request: HttpRequest, tenant_slug: str, version: str) -> HttpResponse:
    """`/look/TENANT/VERSION`: kept for ever by browsers; another look has another address."""
    try:
        tenant = open_tenant(tenant_slug)
    except TenantUnknown:
        raise Http404 from None
    look = look_of(tenant)
    if is_foreign(request.META, tenant.number) or not look.accent or look.version != version:
        raise Http404
    answer = HttpResponse(style_of(look.accent), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer

"""`/leave/TENANT`: the page for people who have no mail at hand. It sends a link to the address, and tells nobody whose that is."""

from django.http import HttpRequest, HttpResponse

from siegelpost.audience.addresses import MAX_TYPED, read_address
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.flows.ask_to_leave import ask_to_leave, make_stamp
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.sign_up_entry import FAULTS
from siegelpost.public.errors import PageUnknown
from siegelpost.public.names import is_foreign
from siegelpost.public.pages import door, page, wished_language
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.registry import open_tenant


@door("GET", "POST")
def leave(request: HttpRequest, tenant_slug: str) -> HttpResponse:
    """GET the form, POST an address; only what is no address at all is answered otherwise."""
    if not tenant_slug.isprintable():  # PostgreSQL takes no NUL, not even to look for it
        raise PageUnknown
    try:
        tenant = open_tenant(tenant_slug)
    except TenantUnknown:
        raise PageUnknown from None
    if is_foreign(request.META, tenant.number):
        raise PageUnknown
    now, email, fault = clock.now(), request.POST.get("email", "")[:MAX_TYPED], ""
    language = wished_language(request, tenant.language)
    if request.method == "POST":
        reason = read_address(email).reason
        if not reason:
            said = {"trap": request.POST.get("website", ""), "stamp": request.POST.get("stamp", ""), "language": language}
            ask_to_leave(tenant, email, **said, public_url=public_url_of(tenant, process_settings()), now=now)
            return page(request, "leave_asked", tenant=tenant)
        fault = translate(FAULTS[reason], language)
    status = 422 if fault else 200
    return page(request, "leave", tenant=tenant, status=status, email=email, fault=fault, stamp=make_stamp(tenant, now))

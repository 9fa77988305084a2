"""The one place where it is decided who may see a page: logged in, a role in this tenant, and the right that the page asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch, reverse

from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.reads import Person, role_in
from siegelpost.accounts.rules import rights_of
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.evidence.access import OK, REFUSED, Access, record
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from siegelpost.web.areas import AREA_OF
from siegelpost.web.errors import NoSuchTenant
from siegelpost.web.handlers import ask_to_log_in

View = Callable[..., HttpResponseBase]
ANYBODY: Final = "anybody"
"""The right of pages that everybody who is logged in may see."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at which tenant, and what they may do there."""

    person: Person
    tenant: TenantDB
    role: str

    @property
    def actor(self) -> Actor:
        """For what this person writes."""
        return Actor.staff(self.person.pk)

    @property
    def rights(self) -> frozenset[str]:
        """All rights of the role."""
        return rights_of(self.role)

    def may(self, right: str) -> bool:
        """Whether the role has this right."""
        return right in self.rights


def page(right: str) -> Callable[[View], View]:
    """A page inside a tenant, for those who have `right` there.

    The view gets a Visit in the place of the slug. A tenant in which somebody has no role does not exist for them: no
    answer tells one that is there from one that is not. Raises NoSuchTenant, RightMissing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **parts: Any) -> HttpResponseBase:
            visit = visit_of(cast("Person", request.user), slug)
            _write_down(request, visit, allowed=visit.may(right))
            if not visit.may(right):
                raise RightMissing
            request.visit = visit  # type: ignore[attr-defined]
            return view(request, visit, **parts)

        return _marked(_logged_in(guarded), right)

    return decorate


def members_only(view: View) -> View:
    """A page outside of tenants, for everybody who is logged in."""
    return _marked(_logged_in(view), ANYBODY)


def visit_of(person: Person, slug: str) -> Visit:
    """What `person` is in the tenant `slug`. Raises NoSuchTenant."""
    try:
        tenant = open_tenant(slug)
    except TenantUnknown:
        raise NoSuchTenant from None
    role = role_in(person, tenant)
    if not role:
        raise NoSuchTenant
    return Visit(person, tenant, role)


def _write_down(request: HttpRequest, visit: Visit, *, allowed: bool) -> None:
    """Into the access log, before anything else happens; where that fails, nothing does. Raises DatabaseError."""
    area = AREA_OF[str(cast("ResolverMatch", request.resolver_match).url_name)]
    verb = "read" if request.method in ("GET", "HEAD") else "change"
    record(visit.tenant, Access(clock.now(), str(visit.actor), area, verb, OK if allowed else REFUSED))


def _logged_in(view: View) -> View:
    """Others are led to the login and back; a part of a page that asks for news leads the whole page there."""
    guarded = login_required(view)

    @wraps(view)
    def checked(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and "HX-Request" in request.headers:
            here = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            return HttpResponse(status=204, headers={"HX-Redirect": f"{reverse('web:login')}?{urlencode({'next': here})}"})
        if not request.user.is_authenticated and request.method == "POST":
            return ask_to_log_in(request)
        return guarded(request, *parts, **named)

    return checked


def _marked(view: View, right: str) -> View:
    view.right = right  # type: ignore[attr-defined]
    return view

"""The one place where it is decided who may see a page: logged in, roles in this tenant, and the right that the page asks for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse

from siegelpost.accounts.entry_rules import LOG_IN, OPEN, SET_UP
from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.limits import Powers
from siegelpost.accounts.proof import missing
from siegelpost.accounts.reads import Person, person_by_id, powers_here, roles_in
from siegelpost.accounts.rules import VISITING
from siegelpost.accounts.sessions import is_open
from siegelpost.accounts.stay_rules import FRESH
from siegelpost.audience.scoping import NOTHING, scope_of
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.access import OK, REFUSED, Access, record
from siegelpost.tenancy.errors import AccessNotOpen, TenantEnded, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.visits import VisitView
from siegelpost.tenancy.visits import visit_of as operator_visit
from siegelpost.web.areas import AREA_OF, ASKS
from siegelpost.web.errors import NoSuchTenant
from siegelpost.web.handlers import ask_to_log_in, way_in
from siegelpost.web.limited import lets_in, shown_to

View = Callable[..., HttpResponseBase]
NEVER: Final = datetime.fromtimestamp(0, UTC)
PAGE: Final = "page"
ANYBODY: Final = "anybody"
"""What a view has gone through: the gate of a tenant, or that of everybody who is logged in."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Those routes that somebody's powers open (`{% if "list_new" in visit.opens %}`), looked at or sent to. KeyError for what is none."""

    powers: Powers
    sent: bool

    def __contains__(self, route: str) -> bool:
        """Whether this one is open, within whatever limits."""
        limits = self.powers.reach.get(self.right(route))
        return limits is not None and lets_in(route, limits)

    def right(self, route: str) -> str:
        """What it asks for."""
        return ASKS[route].change if self.sent else ASKS[route].look


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at which tenant, and what they may do there. `tenant` shows a page no more than its reader may see on it."""

    person: Person
    tenant: TenantDB
    roles: tuple[str, ...]
    powers: Powers
    stay: VisitView | None = None
    """By which somebody of the operator is in the tenant of another controller; None for everybody else."""

    @property
    def rights(self) -> frozenset[str]:
        """What may be done, however far it reaches."""
        return self.powers.rights

    @property
    def actor(self) -> Actor:
        """For what this person writes."""
        return Actor.staff(self.person.pk)

    @property
    def opens(self) -> Routes:
        """The pages that may be looked at: what does not open is not shown."""
        return Routes(self.powers, sent=False)

    @property
    def changes(self) -> Routes:
        """The pages to which something may be sent: other forms are not shown."""
        return Routes(self.powers, sent=True)

    def beside(self, route: str) -> TenantDB:
        """The tenant as another page would show it, for what stands of it on this one; to whoever has limits nothing, if that is closed."""
        limits = self.powers.reach.get(self.opens.right(route))
        if limits is None and self.tenant.scope.is_whole:
            return self.tenant
        return self.tenant.within(scope_of(self.tenant, limits if limits is not None and lets_in(route, limits) else NOTHING))


def page(view: View) -> View:
    """A page inside a tenant, for those who have the right that the catalogue of routes (`areas.py`) names for it.

    The view gets a Visit in the place of the slug. A tenant in which somebody has no role does not exist for them: no
    answer tells one that is there from one that is not. Whoever runs the installation knows them all, and enters that of another
    controller while a visit lasts: it is asked for at each request. Raises NoSuchTenant, RightMissing, AccessNotOpen, TenantEnded.
    """

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **parts: Any) -> HttpResponseBase:
        now = clock.now()
        visit = visit_of(cast("Person", request.user), slug, now=now)
        route = str(cast("ResolverMatch", request.resolver_match).url_name)
        looks = request.method in ("GET", "HEAD")
        routes = visit.opens if looks else visit.changes
        allowed = route in routes
        _write_down(visit, AREA_OF[route], "read" if looks else "change", allowed=allowed, now=now)
        if not allowed:
            raise RightMissing
        visit = replace(visit, tenant=shown_to(visit.tenant, visit.powers.reach[routes.right(route)], route, parts, str(visit.actor)))
        request.visit = visit  # type: ignore[attr-defined]
        return view(request, visit, **parts)

    return _marked(_logged_in(guarded), PAGE)


def may_still(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the session of a request that was let in goes on, and its person may still see that page."""
    before, match = cast("Visit", request.visit), cast("ResolverMatch", request.resolver_match)  # type: ignore[attr-defined]
    person = person_by_id(before.person.pk)
    if person is None or not person.is_active or not is_open(request.session.session_key or ""):
        return False
    try:
        visit = visit_of(person, before.tenant.slug, now=now)
    except (NoSuchTenant, AccessNotOpen):
        return False
    route, routes = str(match.url_name), visit.opens if request.method in ("GET", "HEAD") else visit.changes
    reach = [one.powers.reach.get(routes.right(route)) for one in (before, visit)]
    return route in routes and reach[0] == reach[1]  # whose right reaches less far meanwhile asks anew


def members_only(view: View) -> View:
    """A page outside of tenants, for everybody who is logged in."""
    return _marked(_logged_in(view), ANYBODY)


def half_way(view: View) -> View:
    """A page for those, too, who must set up a second factor before anything else: it is where they do."""
    return _marked(_logged_in(view, but=SET_UP), ANYBODY)


def again_first(view: View) -> View:
    """For what is sensitive: whoever has not shown the password for ten minutes does so first. Stands above the gate of the page.

    Nothing of what was sent is taken in: the browser keeps what was typed, and puts it back when its person returns.
    """

    @wraps(view)
    def checked(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or _is_fresh(request):
            return view(request, *parts, **named)
        request.kept_mark = ""  # type: ignore[attr-defined]
        here = urlsplit(request.get_full_path() if request.method == "GET" else request.headers.get("Referer", ""))
        back = (here.path or "/") + (f"?{here.query}" if here.query else "")
        return _lead(request, f"{reverse('web:again')}?{urlencode({'next': back})}")

    return _marked(checked, getattr(view, "gate", ""))


def proved_at(request: HttpRequest) -> datetime:
    """When whoever is logged in last showed that it is them: by logging in, or once more since; never at a time that is still to come."""
    stay, now = getattr(request, "stay", None), clock.now()
    shown = [datetime.fromtimestamp(int(request.session.get("fresh_at", 0)), UTC), *([stay.began_at] if stay else [])]
    return max((one for one in shown if one <= now), default=NEVER)


def _is_fresh(request: HttpRequest) -> bool:
    return clock.now() - proved_at(request) < FRESH


def visit_of(person: Person, slug: str, *, now: datetime) -> Visit:
    """What `person` is in the tenant `slug`. Raises NoSuchTenant, AccessNotOpen, TenantEnded."""
    try:
        tenant = open_tenant(slug)
    except TenantUnknown:
        raise NoSuchTenant from None
    if person.operator and not tenant.own:
        return _visit_of_operator(person, tenant, now)
    roles = roles_in(person, tenant)
    if not roles:
        raise NoSuchTenant
    powers = powers_here(tenant, roles)
    if tenant.ended and not powers.reach:
        raise TenantEnded
    return Visit(person, tenant, roles, powers)


def as_visitor(person: Person, tenant: TenantDB, stay: VisitView) -> Visit:
    """Somebody of the operator in the tenant of another controller."""
    return Visit(person, tenant, (VISITING,), powers_here(tenant, (VISITING,)), stay)


def _visit_of_operator(person: Person, tenant: TenantDB, now: datetime) -> Visit:
    """One that is over is over at this request. That somebody tried stands in the tenant's access log."""
    stay = operator_visit(tenant, person.pk, now=now)
    if stay is None:
        record(tenant, Access(now, str(Actor.staff(person.pk)), "operator_access", "enter", REFUSED))
        raise AccessNotOpen
    return as_visitor(person, tenant, stay)


def _write_down(visit: Visit, area: str, verb: str, *, allowed: bool, now: datetime) -> None:
    """Into the access log, before anything else happens; where that fails, nothing does. Raises DatabaseError."""
    record(visit.tenant, Access(now, str(visit.actor), area, verb, OK if allowed else REFUSED))


def _logged_in(view: View, *, but: str = OPEN) -> View:
    """Others are led to the login and back; a part of a page that asks for news leads the whole page there.

    Whoever is logged in and must set up a second factor is led to where one does that, unless the page says it needs none.
    """
    entered = _entered(view, but)

    @wraps(view)
    def checked(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return entered(request, *parts, **named)
        if "HX-Request" in request.headers:
            here = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            return HttpResponse(status=204, headers={"HX-Redirect": way_in(request, here)})
        if request.method == "POST":
            return ask_to_log_in(request)
        return HttpResponseRedirect(way_in(request, request.get_full_path()))

    return checked


def _entered(view: View, but: str) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
        person = cast("Person", request.user)
        step = missing(request.session, person, test=process_settings().environment == "test")
        if step == LOG_IN:  # the factor came from another session, or this one is older than the rule
            logout(request)
        if step in (OPEN, but):
            return view(request, *parts, **named)
        return _lead(request, reverse("web:login" if step == LOG_IN else "web:second_factor"))

    return checked


def _lead(request: HttpRequest, url: str) -> HttpResponseBase:
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=302 if request.method in ("GET", "HEAD") else 303)


def _marked(view: View, gate: str) -> View:
    view.gate = gate  # type: ignore[attr-defined]
    return view

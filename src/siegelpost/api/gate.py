"""The one place where a call is let in: a token that lives, its tenant, the right. Written down before it leads to anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.http import HttpRequest

from siegelpost.accounts.catalogue import EXPORT, RIGHTS, SEE
from siegelpost.accounts.tokens import LIVES, TokenView, note_use, powers_of_token, token_with
from siegelpost.api.brake import count_wrong
from siegelpost.api.errors import NoSuchTenant, RightMissing, TokenRefused
from siegelpost.api.ninja import HttpBearer
from siegelpost.audience.scoping import scope_of
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.evidence.access import FAILED, OK, REFUSED, Access, record
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.registry import open_by_number

ENTRY = "entry"
"""The area of a token that is none: before it nobody is in a tenant."""
NOBODY = "unknown"
"""What was sent as a token may be anything, a password too; it is not kept."""


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, about which tenant, and when."""

    tenant: TenantDB
    token: TokenView
    at: datetime

    @property
    def actor(self) -> Actor:
        """For what this program writes."""
        return Actor.token(self.token.id)


class Token(HttpBearer):
    """Lets in whoever has a right of the catalogue; its area is what the access log says. Without one an operation is `closed`.

    right    "lists.see"; a word that is none ends the program when it starts
    limited  the operation keeps within limits; any other is closed to a program whose owner has some
    """

    def __init__(self, right: str, *, limited: bool = False) -> None:
        super().__init__()
        self.limited = limited
        if right not in RIGHTS:
            raise ValueError(right)
        self.right = right
        self.area, _dot, action = right.partition(".")
        self.verb = "read" if action in (SEE, EXPORT) else "change"

    def __call__(self, request: HttpRequest) -> Call:
        """The call. Raises TokenRefused, TooManyWrong, NoSuchTenant, RightMissing; DatabaseError where it cannot be written down."""
        now = clock.now()
        token = token_with(_key_in(request), now=now)
        tenant = _tenant_of(token)
        if token is None or tenant is None:
            self._nobody(request, now)
        if token.state != LIVES or tenant.ended:
            count_wrong(request)
            self._write_down(tenant, token, now, REFUSED)
            raise TokenRefused
        if _slug_in(request) != tenant.slug:
            self._write_down(tenant, token, now, REFUSED)  # its own tenant learns of it, the other one is not touched
            raise NoSuchTenant
        limits = powers_of_token(tenant, token).reach.get(self.right)
        allowed = limits is not None and (self.limited or limits.none)
        self._write_down(tenant, token, now, OK if allowed else REFUSED)
        if limits is None or not allowed:
            raise RightMissing(right=self.right)
        note_use(token, now=now)
        return Call(tenant.within(scope_of(tenant, limits)), token, now)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The library's own way in, which `__call__` takes the place of: closed."""
        raise TokenRefused

    def _write_down(self, tenant: TenantDB, token: TokenView, now: datetime, result: str) -> None:
        record(tenant, Access(now, str(Actor.token(token.id)), self.area, self.verb, result))

    def _nobody(self, request: HttpRequest, now: datetime) -> NoReturn:
        """Into the operator's log, as a login that failed; beyond the limit nothing is looked at, and nothing written."""
        count_wrong(request)
        record(operator_db(), Access(now, NOBODY, ENTRY, "token", FAILED))
        raise TokenRefused


def closed(_request: HttpRequest) -> NoReturn:
    """The gate of an operation for which nobody chose one."""
    raise TokenRefused


def call_of(request: HttpRequest) -> Call:
    """What the gate found."""
    found: Call = request.auth  # type: ignore[attr-defined]
    return found


def _key_in(request: HttpRequest) -> str:
    """RFC 6750, section 2.1; not in the address or in a form, where logs and histories keep it."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _slug_in(request: HttpRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs.get("slug", "")) if match else ""


def _tenant_of(token: TokenView | None) -> TenantDB | None:
    try:
        return open_by_number(token.tenant_number) if token else None
    except TenantUnknown:
        return None

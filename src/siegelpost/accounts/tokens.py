"""Tokens of programs: make, look up, note their use, revoke. Who may make which is the flow's to say."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from siegelpost.accounts.limits import UNLIMITED, Limits, Powers, from_dict, unlimited
from siegelpost.accounts.models import Person, Token
from siegelpost.accounts.reads import powers_in
from siegelpost.accounts.rules import OPERATOR, rights_of
from siegelpost.accounts.token_rights import in_areas, rights_of_token
from siegelpost.accounts.token_text import digest_of, new_token
from siegelpost.tenancy.handle import TenantDB

LASTS: Final = timedelta(days=365)
"""At most; and where nobody says otherwise."""
COARSE: Final = timedelta(hours=1)
"""How exactly the last use is known: one write an hour, not one for each call."""
LIVES: Final = "lives"
REVOKED: Final = "revoked"
EXPIRED: Final = "expired"
SHUT_OUT: Final = "shut_out"


@dataclass(frozen=True, slots=True)
class TokenView:
    """One token as staff see it; the key is not in it.

    rights    what it was given; `allows` says what of that holds now
    owner_id  None for one that was made on the host without naming anybody
    state     LIVES, REVOKED, EXPIRED, or SHUT_OUT where its owner may not log in
    """

    id: int
    tenant_number: int
    name: str
    rights: tuple[str, ...]
    owner_id: int | None
    owner: str
    state: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    reach: "Reach"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a token is kept to beside the limits of its owner: lists and fields, and areas (none named: all)."""

    limits: Limits = UNLIMITED
    areas: tuple[str, ...] = ()


UNKEPT: Final = Reach()


def make_token(
    tenant: TenantDB,
    name: str,
    rights: Iterable[str],
    *,
    owner: Person | None,
    reach: Reach = UNKEPT,
    expires_at: datetime,
    now: datetime,
) -> tuple[int, str]:
    """Make a token and return its number and the key, which nobody can ever be told again."""
    key = new_token(os.urandom)
    row = Token(
        tenant_number=tenant.number, name=name, rights=sorted(set(rights)), owner=owner, digest=digest_of(key), created_at=now,
        expires_at=expires_at, limits=reach.limits.as_dict(), areas=sorted(reach.areas),
    )  # fmt: skip
    row.save(force_insert=True)
    return int(row.pk), key


def token_with(key: str, *, now: datetime) -> TokenView | None:
    """The token that has this key, whatever its state; None for a key that was never given out."""
    digest = digest_of(key)
    row = Token.objects.select_related("owner").filter(digest=digest).first() if digest else None
    return _view(row, now) if row else None


def tokens_of(tenant: TenantDB, *, now: datetime) -> list[TokenView]:
    """All tokens of a tenant, the newest first; those that are over stay, for the logs name them."""
    return [_view(row, now) for row in Token.objects.select_related("owner").filter(tenant_number=tenant.number).order_by("-pk")]


def powers_of_token(tenant: TenantDB, token: TokenView) -> Powers:
    """What a token allows in its tenant at this moment, and how far: as much of what it was given as its owner has.

    One without an owner is the operator's, and that enters the operator's own tenants only (Art. 28 GDPR). After the end of a
    tenant no program gets in.
    """
    if token.state != LIVES or token.tenant_number != tenant.number or tenant.ended:
        return Powers()
    owners = _owners_powers(tenant, token.owner_id)
    rights = in_areas(rights_of_token(token.rights, owners.rights), token.reach.areas)
    return owners.only(rights).within(token.reach.limits)


def allows(tenant: TenantDB, token: TokenView) -> frozenset[str]:
    """The rights alone, however far they reach."""
    return powers_of_token(tenant, token).rights


def _owners_powers(tenant: TenantDB, owner_id: int | None) -> Powers:
    if owner_id is None:
        return unlimited(rights_of(OPERATOR)) if tenant.own else Powers()
    owner = Person.objects.filter(pk=owner_id, is_active=True).first()
    return powers_in(owner, tenant) if owner else Powers()


def note_use(token: TokenView, *, now: datetime) -> None:
    """Remember when a token was last used, to the hour."""
    if token.used_at is None or now - token.used_at >= COARSE:
        Token.objects.filter(Q(used_at=None) | Q(used_at__lte=now - COARSE), pk=token.id).update(used_at=now)


def revoke_token(tenant: TenantDB, token_id: int, *, now: datetime) -> bool:
    """Make a token of this tenant void for good; False where it is void already, or not of this tenant."""
    return bool(Token.objects.filter(pk=token_id, tenant_number=tenant.number, revoked_at=None).update(revoked_at=now))


def token_here(tenant: TenantDB, token_id: int, *, now: datetime) -> TokenView | None:
    """The token of this tenant with this number, None for others."""
    known = 0 < token_id < 2**63
    row = Token.objects.select_related("owner").filter(pk=token_id, tenant_number=tenant.number).first() if known else None
    return _view(row, now) if row else None


def owner_of(tenant: TenantDB, token_id: int) -> int | None:
    """The person who answers for a token of this tenant; None for one of the host's, and where there is none."""
    return Token.objects.filter(pk=token_id, tenant_number=tenant.number).values_list("owner_id", flat=True).first()


def revoke_tokens(person_id: int, *, tenant_number: int | None = None, now: datetime) -> int:
    """Make all tokens of a person void for good, in one tenant or everywhere; returns how many. In the transaction of the act."""
    rows = Token.objects.filter(owner_id=person_id, revoked_at=None)
    return (rows if tenant_number is None else rows.filter(tenant_number=tenant_number)).update(revoked_at=now)


def tokens_owned(tenant: TenantDB, person_id: int) -> set[int]:
    """Numbers of all tokens of this tenant that belong to a person, whatever became of them."""
    return set(Token.objects.filter(owner_id=person_id, tenant_number=tenant.number).values_list("pk", flat=True))


def names_of_tokens(tenant: TenantDB, ids: Iterable[int]) -> dict[int, str]:
    """Number -> name of tokens of this tenant."""
    return dict(Token.objects.filter(pk__in=set(ids), tenant_number=tenant.number).values_list("pk", "name"))


def _view(row: Token, now: datetime) -> TokenView:
    return TokenView(
        row.pk, row.tenant_number, row.name, tuple(row.rights), row.owner_id, (row.owner.name or row.owner.email) if row.owner else "",
        _state(row, now), row.created_at, row.expires_at, row.used_at, Reach(from_dict(row.limits), tuple(row.areas)),
    )  # fmt: skip


def _state(row: Token, now: datetime) -> str:
    if row.revoked_at is not None:
        return REVOKED
    if now >= row.expires_at:
        return EXPIRED
    return SHUT_OUT if row.owner is not None and not row.owner.is_active else LIVES

"""Tokens of programs: made and revoked in the control database, written down in the tenant's log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from siegelpost.accounts.errors import (
    TokenAreaUnknown,
    TokenEndWrong,
    TokenOwnerMissing,
    TokenOwnerUnknown,
    TokenReachTooFar,
    TokenRightTooMuch,
    TokenRightUnknown,
    TokenUnknown,
)
from siegelpost.accounts.limits import Limits, Powers, unlimited
from siegelpost.accounts.reads import Person, person_with, powers_in, roles_in
from siegelpost.accounts.rules import OPERATOR, rights_of
from siegelpost.accounts.token_rights import AREAS, FOR_TOKENS, in_areas, rights_of_words
from siegelpost.accounts.tokens import LASTS, UNKEPT, Reach, make_token, revoke_token, token_here, tokens_owned
from siegelpost.audience.errors import FieldUnknown
from siegelpost.audience.names import one_line
from siegelpost.audience.reads import fields_of, list_by_name
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import since
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.scope import EMAIL

MAX_NAME: Final = 100  # characters, as the column has
CREATED: Final = "token.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is to be.

    name    what it is for
    rights  words of FOR_TOKENS
    owner   address of whoever answers for it; "" for the operator, in a tenant of its own
    last    last day (UTC) on which it opens anything; None for the longest time
    reach   what it is kept to beside the limits of its owner
    """

    name: str
    rights: tuple[str, ...]
    owner: str = ""
    last: date | None = None
    reach: Reach = UNKEPT


def create_token(tenant: TenantDB, new: NewToken, *, actor: Actor, now: datetime) -> tuple[int, str]:
    """Make a token and return its number and the key, which is shown this once.

    Raises NameWrong, TokenRightUnknown, TokenAreaUnknown, TokenRightTooMuch, TokenReachTooFar, TokenEndWrong, TokenOwnerUnknown,
    TokenOwnerMissing.
    """
    name, rights, ends = one_line(new.name, MAX_NAME), set(new.rights), _ends(new.last, now)
    if not rights or not rights <= set(FOR_TOKENS):
        raise TokenRightUnknown(rights=", ".join(FOR_TOKENS))
    owner = _owner(tenant, new.owner)
    _ensure_within(powers_in(owner, tenant) if owner else unlimited(rights_of(OPERATOR)), rights, new.reach)
    with tenant.atomic():  # where the act cannot be written, the key is never told to anybody
        number, key = make_token(tenant, name, rights, owner=owner, reach=new.reach, expires_at=ends, now=now)
        details: dict[str, object] = {"rights": sorted(rights), "owner": owner.pk if owner else None, "ends": ends.isoformat()}
        details |= {"limits": new.reach.limits.as_dict()} if not new.reach.limits.none else {}
        details |= {"areas": sorted(new.reach.areas)} if new.reach.areas else {}
        append(tenant, CREATED, subject=f"token:{number}", details=details, actor=actor, at=now)
    return number, key


def reach_of(tenant: TenantDB, lists: Iterable[str], without: Iterable[str]) -> Limits:
    """Names of lists, and aliases of fields to hide, as limits. Raises ListUnknown, FieldUnknown."""
    numbers, hidden = frozenset(list_by_name(tenant, one).id for one in lists), frozenset(without)
    if hidden - {EMAIL, *(one.alias for one in fields_of(tenant))}:
        raise FieldUnknown
    return Limits(everywhere=not numbers, lists=numbers, hidden=hidden)


def revoke(tenant: TenantDB, token_id: int, *, actor: Actor, now: datetime) -> bool:
    """Make a token void for good; False where it was already. Raises TokenUnknown."""
    if token_here(tenant, token_id, now=now) is None:
        raise TokenUnknown
    with tenant.atomic():
        done = revoke_token(tenant, token_id, now=now)
        if done:
            append(tenant, "token.revoked", subject=f"token:{token_id}", actor=actor, at=now)
    return done


def ever_owned(tenant: TenantDB, person_id: int) -> set[int]:
    """Numbers of all tokens that a person had here: those that are over, and, by the log, those that somebody took out of the table."""
    told = {int(one.subject.partition(":")[2]) for one in since(tenant, (CREATED,), 0) if one.details.get("owner") == person_id}
    return told | tokens_owned(tenant, person_id)


def _ensure_within(owners: Powers, words: set[str], reach: Reach) -> None:
    """Neither less than it says, nor more than the owner's. Raises TokenRightTooMuch, TokenAreaUnknown, TokenReachTooFar."""
    if not rights_of_words(words) <= owners.rights:
        raise TokenRightTooMuch
    rights = in_areas(rights_of_words(words), reach.areas)
    if not set(reach.areas) <= set(AREAS) or not rights - {"bulk.export"}:
        raise TokenAreaUnknown(areas=", ".join(AREAS))
    named = not reach.limits.everywhere
    if named and any(one.within(reach.limits) != reach.limits for one in (owners.reach[right] for right in rights) if not one.everywhere):
        raise TokenReachTooFar


def _owner(tenant: TenantDB, email: str) -> Person | None:
    if not email:
        if not tenant.own:
            raise TokenOwnerMissing
        return None
    owner = person_with(email)
    if owner is None or not owner.is_active or not roles_in(owner, tenant):
        raise TokenOwnerUnknown
    return owner


def _ends(last: date | None, now: datetime) -> datetime:
    """The moment after the last day."""
    if last is None:
        return now + LASTS
    if not now.astimezone(UTC).date() < last <= (now + LASTS).astimezone(UTC).date():
        raise TokenEndWrong(days=LASTS.days)
    return min(datetime.combine(last + timedelta(days=1), time(), UTC), now + LASTS)

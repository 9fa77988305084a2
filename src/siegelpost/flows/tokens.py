"""Tokens of programs: made and revoked in the control database, written down in the tenant's log."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from siegelpost.accounts.errors import (
    TokenEndWrong,
    TokenOwnerMissing,
    TokenOwnerUnknown,
    TokenRightTooMuch,
    TokenRightUnknown,
    TokenUnknown,
)
from siegelpost.accounts.reads import Person, person_with, rights_in, roles_in
from siegelpost.accounts.rules import OPERATOR, rights_of
from siegelpost.accounts.token_rights import FOR_TOKENS, rights_of_words
from siegelpost.accounts.tokens import LASTS, make_token, revoke_token, token_here, tokens_owned
from siegelpost.audience.names import one_line
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import since
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

MAX_NAME: Final = 100  # characters, as the column has
CREATED: Final = "token.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is to be.

    name    what it is for
    rights  words of FOR_TOKENS
    owner   address of whoever answers for it; "" for the operator, in a tenant of its own
    last    last day (UTC) on which it opens anything; None for the longest time
    """

    name: str
    rights: tuple[str, ...]
    owner: str = ""
    last: date | None = None


def create_token(tenant: TenantDB, new: NewToken, *, actor: Actor, now: datetime) -> tuple[int, str]:
    """Make a token and return its number and the key, which is shown this once.

    Raises NameWrong, TokenRightUnknown, TokenRightTooMuch, TokenEndWrong, TokenOwnerUnknown, TokenOwnerMissing.
    """
    name, rights, ends = one_line(new.name, MAX_NAME), set(new.rights), _ends(new.last, now)
    if not rights or not rights <= set(FOR_TOKENS):
        raise TokenRightUnknown(rights=", ".join(FOR_TOKENS))
    owner = _owner(tenant, new.owner)
    if not rights_of_words(rights) <= (rights_in(owner, tenant) if owner else rights_of(OPERATOR)):
        raise TokenRightTooMuch
    with tenant.atomic():  # where the act cannot be written, the key is never told to anybody
        number, key = make_token(tenant, name, rights, owner=owner, expires_at=ends, now=now)
        details = {"rights": sorted(rights), "owner": owner.pk if owner else None, "ends": ends.isoformat()}
        append(tenant, CREATED, subject=f"token:{number}", details=details, actor=actor, at=now)
    return number, key


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

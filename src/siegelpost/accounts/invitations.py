"""Somebody was invited into a tenant and has not come yet: a row of the tenant's, which knows nobody.

It holds the address as it was typed. Whether an account has it is asked when the link of the mail is opened, and by nobody before: an
invitation of somebody who works elsewhere in the installation is told from no other, neither by what it says nor by what it costs.

Source: OWASP ASVS 5.0, 6.3.8; NIST SP 800-63B section 4.2.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

from siegelpost.accounts.errors import InvitationOver, InvitationUnknown
from siegelpost.accounts.factor_rows import with_factor
from siegelpost.accounts.models import Identity, Invitation, Leaving, Person, Seat

LIFE: Final = timedelta(days=3)
"""Over a weekend; whoever invites can do so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who is to come, as whoever invites says it.

    last_day  of somebody who comes for a while; None for one who stays
    above     whether the account above names its first administrator
    by        who invites, as the log names them
    approval  number of the approval that it used up, None where no rule asked
    """

    email: str
    name: str
    roles: tuple[str, ...]
    last_day: date | None = None
    above: bool = False
    by: str
    approval: int | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that waits."""

    id: int
    tenant_number: int
    until: datetime
    wish: Wish


def keep(tenant_number: int, wish: Wish, *, now: datetime) -> tuple[int, str]:
    """Keep an invitation, instead of one to the same address before; returns its number and the secret, which the mail alone has."""
    secret, email = secrets.token_urlsafe(32), wish.email.strip().lower()
    Invitation.objects.filter(tenant_number=tenant_number, email=email).delete()
    row = Invitation.objects.create(
        tenant_number=tenant_number, email=email, name=wish.name.strip(), roles=list(wish.roles), last_day=wish.last_day, above=wish.above,
        by=wish.by, approval=wish.approval, digest=_digest(secret), until=now + LIFE, created_at=now,
    )  # fmt: skip
    return row.pk, secret


def waiting(tenant_number: int, *, now: datetime) -> list[Invited]:
    """Those of a tenant that can still be accepted, by address."""
    return [_seen(row) for row in Invitation.objects.filter(tenant_number=tenant_number, until__gt=now).order_by("email")]


def invitation(tenant_number: int, number: int, *, now: datetime) -> Invited:
    """One of them. Raises InvitationUnknown, also for one of another tenant."""
    row = Invitation.objects.filter(tenant_number=tenant_number, pk=number, until__gt=now).first()
    if row is None:
        raise InvitationUnknown
    return _seen(row)


def behind(secret: str, *, now: datetime) -> Invited:
    """That of a link, without using it up. Raises InvitationOver for one that is old, used, withdrawn or made up."""
    row = Invitation.objects.filter(digest=_digest(secret), until__gt=now).first()
    if row is None:
        raise InvitationOver
    return _seen(row)


def use_up(found: Invited) -> None:
    """It was accepted. Of two who do so at the same moment one gets InvitationOver."""
    if not Invitation.objects.filter(pk=found.id).delete()[0]:
        raise InvitationOver


def withdraw(tenant_number: int, number: int) -> None:
    """Its link opens nothing any more. Raises InvitationUnknown."""
    if not Invitation.objects.filter(tenant_number=tenant_number, pk=number).delete()[0]:
        raise InvitationUnknown


def drop(tenant_number: int, *, email: str = "", above: bool = False) -> None:
    """Those to an address, which came in another way, or all that the account above made."""
    rows = Invitation.objects.filter(tenant_number=tenant_number)
    rows.filter(above=True).delete() if above else rows.filter(email=email).delete()


def forget_over(*, now: datetime) -> None:
    """Delete what can no longer be accepted."""
    Invitation.objects.filter(until__lte=now).delete()


def is_claimed(person: Person) -> bool:
    """Whether an account is somebody's: it opens something, or something opens it. Then its owner accepts, logged in, and nobody else.

    One that was shut when its person left is not: whoever is let in again has nothing of before (see `leaving.came_back`).
    """
    if Leaving.objects.filter(person_id=person.pk, returned_at=None, keeps_shut=True).exclude(acted_at=None).exists():
        return False
    opens = person.operator or not person.is_active or Seat.objects.filter(person_id=person.pk).exists()
    return opens or person.has_usable_password() or person.pk in with_factor() or Identity.objects.filter(person_id=person.pk).exists()


def _seen(row: Invitation) -> Invited:
    wish = Wish(
        email=row.email, name=row.name, roles=tuple(row.roles), last_day=row.last_day, above=row.above, by=row.by, approval=row.approval
    )
    return Invited(row.pk, row.tenant_number, row.until, wish)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()

"""Twice a year somebody looks through everybody's roles; that cannot end while one person was not looked at (control 1.3-05).

All of it is entries of the tenant's log. A confirmation is void as soon as the person has other roles, or these allow other things.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from siegelpost.accounts.errors import ConfirmedByAnother, PersonUnknown, ReviewMissing, ReviewRuns, RolesMoved, RowsOpen
from siegelpost.accounts.reads import Colleague, colleagues, powers_here, rights_here
from siegelpost.accounts.services import deciding
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import Act, about
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

EVERY: Final = timedelta(days=183)
SUBJECT: Final = "rights:review"
OPENED: Final = "rights.review_opened"
CLOSED: Final = "rights.review_closed"
CONFIRMED: Final = "rights.confirmed"
RIGHT: Final = "roles.approve"


@dataclass(frozen=True, slots=True)
class Row:
    """One person in a review: confirmed by whom ("staff:7", "" for nobody yet) and when."""

    person: Colleague
    by: str = ""
    at: datetime | None = None
    by_others: bool = True
    """Whether somebody else may confirm these roles."""


@dataclass(frozen=True, slots=True)
class Review:
    """The one that runs. Whoever came after it began is in it, whoever left is not."""

    opened: Act
    rows: list[Row]

    @property
    def left(self) -> int:
        """People nobody has looked at."""
        return sum(not row.by for row in self.rows)


def running(tenant: TenantDB) -> Review | None:
    """The review that was opened and not closed."""
    last = next(iter(about(tenant, [SUBJECT], limit=1)), None)
    if last is None or last.act != OPENED:
        return None
    here = colleagues(tenant)
    told = about(tenant, [f"staff:{one.id}" for one in here], acts=[CONFIRMED])
    newest = {one.subject: one for one in reversed(told) if one.id > last.id}
    able = {one.id for one in here if one.active and RIGHT in rights_here(tenant, one.roles)}
    rows = [_row(tenant, one, newest.get(f"staff:{one.id}")) for one in here]
    return Review(last, [replace(row, by_others=bool(able - {row.person.id})) for row in rows])


def closed(tenant: TenantDB, *, limit: int = 10) -> list[Act]:
    """Those that came to an end, the newest first."""
    return about(tenant, [SUBJECT], acts=[CLOSED], limit=limit)


def begin(tenant: TenantDB, *, actor: Actor, now: datetime) -> None:
    """Open one. Raises ReviewRuns."""
    with tenant.atomic(), deciding(tenant.number):
        if running(tenant):
            raise ReviewRuns
        append(tenant, OPENED, subject=SUBJECT, actor=actor, at=now)


def confirm(tenant: TenantDB, person_id: int, roles: tuple[str, ...], *, actor: Actor, now: datetime) -> None:
    """Say that these roles, which the page showed, are right for this person.

    Raises ReviewMissing, PersonUnknown, RolesMoved (they are others by now), ConfirmedByAnother (one's own, while somebody
    else could look at them).
    """
    with tenant.atomic(), deciding(tenant.number):
        review = running(tenant)
        if review is None:
            raise ReviewMissing
        row = next((row for row in review.rows if row.person.id == person_id), None)
        if row is None:
            raise PersonUnknown
        found = row.person
        if set(found.roles) != set(roles):
            raise RolesMoved
        if str(actor) == f"staff:{person_id}" and row.by_others:
            raise ConfirmedByAnother
        details = {"roles": sorted(found.roles), "rights": _mark(tenant, found)}
        append(tenant, CONFIRMED, subject=f"staff:{person_id}", details=details, actor=actor, at=now)


def close(tenant: TenantDB, *, actor: Actor, now: datetime) -> None:
    """End it. Raises ReviewMissing, RowsOpen."""
    with tenant.atomic(), deciding(tenant.number):
        review = running(tenant)
        if review is None:
            raise ReviewMissing
        if review.left:
            raise RowsOpen(n=review.left)
        append(tenant, CLOSED, subject=SUBJECT, details={"people": len(review.rows)}, actor=actor, at=now)


def _row(tenant: TenantDB, person: Colleague, told: Act | None) -> Row:
    wanted = {"roles": sorted(person.roles), "rights": _mark(tenant, person)}
    return Row(person, told.actor, told.at) if told and told.details == wanted else Row(person)


def _mark(tenant: TenantDB, person: Colleague) -> str:
    """What the roles allow, and how far, as a short word: a role that was widened is to be looked at again."""
    reach = sorted(powers_here(tenant, person.roles).reach.items())
    said = [right if limits.none else f"{right}:{json.dumps(limits.as_dict(), sort_keys=True)}" for right, limits in reach]
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]

"""How many messages went to which relay: counted where results are settled, handed to the register when somebody notes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from siegelpost.delivery.models import Passed
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.statements import change
from siegelpost.tenancy.handle import TenantDB

ENDS: Final = frozenset({Outcome.SENT, Outcome.BOUNCED, Outcome.BLOCKED, Outcome.EXPIRED})
Noted = Callable[[str, int], None]
"""Told of a relay (host:port) and how many messages are new."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages of a mailing (0: system mails) that the register does not have yet; `since` in seconds since 1970."""

    mailing_id: int
    since: int


def went_out(state: str, code: str) -> bool:
    """Whether the relay got to know of a delivery that ended so; what is tried again counts when it ends.

    code  begins with a digit where the relay itself said it
    """
    return state == Outcome.UNSURE or (state in ENDS and code[:1].isdigit())


def add(tenant: TenantDB, mailing_id: int, relay: str, n: int, *, at: int) -> None:
    """Count messages, in the transaction of their rows."""
    if n:
        change(tenant, "passed_add", mailing=mailing_id, relay=relay, n=n, at=at)


def waiting(tenant: TenantDB) -> list[Waiting]:
    """Mailings of which the register lacks messages."""
    found: dict[int, int] = {}
    for row in tenant.objects(Passed).order_by("mailing_id"):
        if row.n > row.noted:
            found[row.mailing_id] = min(row.noted_at, found.get(row.mailing_id, row.noted_at))
    return [Waiting(mailing, since) for mailing, since in found.items()]


def note(tenant: TenantDB, mailing_id: int, noted: Noted, *, at: int) -> None:
    """Hand what is new of one mailing to the register, inside an open transaction; two at once do it one after the other."""
    for row in tenant.objects(Passed).select_for_update().filter(mailing_id=mailing_id).order_by("relay"):
        if row.n > row.noted:
            noted(row.relay, row.n - row.noted)
            tenant.objects(Passed).filter(pk=row.pk).update(noted=row.n, noted_at=at)


def passed(tenant: TenantDB) -> dict[tuple[int, str], int]:
    """All that went out: (mailing, relay) -> messages."""
    return {(row.mailing_id, row.relay): row.n for row in tenant.objects(Passed).order_by("pk")}

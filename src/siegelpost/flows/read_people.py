"""A program reads people through the interface: what leaves is in the register, and in the input log, before it is told.

Source: Art. 15(1)(c) GDPR (who received whose data), decision 0039.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.accounts.approval_rules import tidy_reason
from siegelpost.accounts.approvals.counting import add_reading, ensure_may_take
from siegelpost.accounts.approvals.standing import reading_limit
from siegelpost.accounts.tokens import allows, token_here
from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.audience.leaving import hold_lists
from siegelpost.audience.reads import SubscriberView, find_by_email, find_subscriber
from siegelpost.audience.walk import people_after
from siegelpost.base.actor import Actor
from siegelpost.evidence import inputs
from siegelpost.evidence.services import append
from siegelpost.flows.approved_export import ensure_may_read, reading_wish
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import ANSWER, API, CONTACT, PROFILE
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "audience.read_by_api"
COPIED: Final = "api"
SOME: Final = "subscribers"
"""Whose data a page holds that is not of one list: told by marks."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks; `name` is what the token is called, and stands in the register as the recipient.

    reason  what for, needed for many people on one day
    """

    actor: Actor
    name: str
    reason: str = ""


def read_page(
    tenant: TenantDB, after: int, *, list_id: int | None = None, limit: int, reader: Reader, now: datetime
) -> list[SubscriberView]:
    """The people behind a number, at most `limit`, of one list or of all. Raises ListUnknown."""
    with tenant.atomic():
        if list_id is not None:
            hold_lists(tenant, [list_id])
        found = people_after(tenant, after, list_id=list_id, limit=limit)
        _note(tenant, found, SOME if list_id is None else f"list:{list_id}", reader, now)
    return found


def read_one(tenant: TenantDB, number: int, *, reader: Reader, now: datetime) -> SubscriberView:
    """One person. Raises SubscriberUnknown."""
    with tenant.atomic():
        return _told(tenant, find_subscriber(tenant, number) if number < 2**63 else None, reader, now)


def read_by_address(tenant: TenantDB, email: str, *, reader: Reader, now: datetime) -> SubscriberView:
    """The person with this address. Raises SubscriberUnknown."""
    with tenant.atomic():
        return _told(tenant, find_by_email(tenant, email), reader, now)


def _told(tenant: TenantDB, found: SubscriberView | None, reader: Reader, now: datetime) -> SubscriberView:
    if found is None:
        raise SubscriberUnknown
    _note(tenant, [found], f"subscriber:{found.id}", reader, now)
    return found


def _note(tenant: TenantDB, found: Sequence[SubscriberView], people: str, reader: Reader, now: datetime) -> None:
    """Into input log, register and log of acts; nobody found is nobody told. Raises BulkRefused, BulkReasonMissing, ApprovalNeeded."""
    if not found:
        return
    today = add_reading(tenant, len(found), actor=reader.actor, now=now)
    ensure_may_take(tenant, today, reader.reason, rights=_rights(tenant, reader, now) if today > reading_limit(tenant) else frozenset())
    if reader.actor.kind == "token":
        wish = reading_wish(int(reader.actor.name), reader.name, today, now=now)
        ensure_may_read(tenant, wish, actor=reader.actor, now=now)
    roll = Roll(tenant)
    for one in found:
        roll.add(one.id, one.email, key=one.key)
    inputs.name(tenant, str(reader.actor), ACT)
    inputs.copied(tenant, [one.id for one in found], COPIED)
    outflow = Outflow(
        kind=API, categories=(CONTACT, PROFILE), records=len(found), people=people, channel=ANSWER, act=ACT,
        given=Given(recipient=reader.name, purpose=tidy_reason(reader.reason) or Given().purpose), roll=roll,
    )  # fmt: skip
    details = {"people": len(found), "disclosure": record(tenant, outflow, actor=reader.actor, now=now)}
    append(tenant, ACT, subject=people, details=details, actor=reader.actor, at=now)


def _rights(tenant: TenantDB, reader: Reader, now: datetime) -> frozenset[str]:
    token = token_here(tenant, int(reader.actor.name), now=now) if reader.actor.kind == "token" else None
    return allows(tenant, token) if token else frozenset()

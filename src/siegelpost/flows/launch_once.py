"""A program launches a mailing: what it looked at, and once, however often the call is repeated.

The key of the call stands in the log as a hash, in the transaction in which the mailing moves on. So a call whose answer was lost is
answered when it is repeated, and nothing more happens: also where somebody took the mailing back meanwhile, which a key that is only
looked up in the mailing's state would undo.

Source: draft-ietf-httpapi-idempotency-key-header; CONTRIBUTING.md (nothing is sent twice).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from siegelpost.accounts.approval_rules import AGREED, OPEN
from siegelpost.accounts.approvals.acts import SEND
from siegelpost.accounts.approvals.reads import about_matter
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.evidence.reads import Act, about
from siegelpost.flows.approved_launch import wish_of
from siegelpost.flows.check_mailing import check_mailing
from siegelpost.flows.errors import KeyOfAnother
from siegelpost.flows.launch import CALLED
from siegelpost.flows.launch_seen import launch_seen
from siegelpost.flows.renew_consents import expected
from siegelpost.flows.send import Wish
from siegelpost.mailings.browse import standing
from siegelpost.mailings.change import version_of
from siegelpost.mailings.errors import StateRefused
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.state import DRAFT
from siegelpost.render.checks import BLOCK, Finding
from siegelpost.tenancy.handle import TenantDB

__all__ = ["BLOCK", "Order", "Ready", "launch_once", "ready"]
NOT_NEEDED: Final = "no"
NEEDED: Final = "needed"
WAITS: Final = "waits"
GIVEN: Final = "given"


@dataclass(frozen=True, slots=True)
class Order:
    """How to send, which version of the mailing, and the key of the call."""

    wish: Wish
    version: str
    key: str

    @property
    def said(self) -> str:
        """A hash of what is wanted: one key means one thing."""
        return sha256(repr((self.wish.start_at, self.wish.pace.as_dict(), self.version)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What a launch would do at this moment."""

    version: str
    state: str
    findings: list[Finding]
    receive: int
    excluded: Mapping[str, int]
    approval: str


def launch_once(tenant: TenantDB, mailing_id: int, order: Order, *, settings: Settings, actor: Actor, now: datetime) -> bool:
    """Launch or schedule it; False where an earlier call with the same key did.

    Raises KeyOfAnother where that one wanted something else, StateRefused where somebody else launched it, and as `launch_seen`.
    """
    call = sha256(order.key.encode()).hexdigest()
    if _is_repeated(tenant, mailing_id, order, call, actor):
        return False
    wish = replace(order.wish, call=(call, order.said))
    if launch_seen(tenant, mailing_id, wish, version=order.version, settings=settings, actor=actor, now=now):
        return True
    if _is_repeated(tenant, mailing_id, order, call, actor):  # the same call twice at once
        return False
    raise StateRefused(id=mailing_id, state=standing(tenant, mailing_id).state, wanted=DRAFT)


def ready(tenant: TenantDB, mailing_id: int, *, public_host: str, now: datetime) -> Ready:
    """What a launch would do: nothing is promised, and all of it is asked again. Raises MailingUnknown."""
    facts = mailing(tenant, mailing_id)
    found = expected(tenant, facts, now=now)
    return Ready(
        version=version_of(facts), state=facts.state, findings=check_mailing(tenant, mailing_id, public_host=public_host),
        receive=found.receive, excluded=found.excluded, approval=_approval(tenant, mailing_id, found.receive, now),
    )  # fmt: skip


def _approval(tenant: TenantDB, mailing_id: int, people: int, now: datetime) -> str:
    """For a start at once and without limits, as most launches are."""
    if not rule_of(tenant, SEND).asks(people):
        return NOT_NEEDED
    wish = wish_of(tenant, mailing(tenant, mailing_id), people)
    states = {one.state for one in about_matter(tenant, SEND, wish.matter, now=now) if one.covers(wish)}
    return GIVEN if AGREED in states else WAITS if states & set(OPEN) else NEEDED


def _is_repeated(tenant: TenantDB, mailing_id: int, order: Order, call: str, actor: Actor) -> bool:
    before = _called(tenant, mailing_id, call, actor)
    if before is not None and before.details["wanted"] != order.said:
        raise KeyOfAnother
    return before is not None


def _called(tenant: TenantDB, mailing_id: int, call: str, actor: Actor) -> Act | None:
    """The entry of a call of the same program; keys of others are none of its business."""
    found = about(tenant, [f"mailing:{mailing_id}"], acts=[CALLED])
    return next((one for one in found if one.actor == str(actor) and one.details["key"] == call), None)

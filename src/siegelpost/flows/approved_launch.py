"""What a second person approves of a mailing, and whether one that starts, goes on or has gone out is what was approved."""

from datetime import datetime
from typing import Any, Final

from siegelpost.accounts.approvals.acts import SEND
from siegelpost.accounts.approvals.errors import ApprovalDiffers, ApprovalNeeded, Wish
from siegelpost.accounts.approvals.reads import Approval, used
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.base.actor import Actor
from siegelpost.delivery.tally import counts
from siegelpost.delivery.upkeep import pause
from siegelpost.flows.approving import cover
from siegelpost.flows.renew_consents import expected
from siegelpost.mailings.browse import standing
from siegelpost.mailings.change import version_of
from siegelpost.mailings.reads import MailingFacts, mailing, sender
from siegelpost.mailings.state import PREPARING
from siegelpost.tenancy.handle import TenantDB

MORE: Final = "approval.more_people"
"""Reason of a pause: more people joined between the request and the launch than the approval holds for."""


def wish_of(tenant: TenantDB, facts: MailingFacts, people: int, start_at: datetime | None = None) -> Wish:
    """Everything about a launch that somebody agrees to; `version` is a hash of all texts."""
    known = sender(tenant, facts.sender_id) if facts.sender_id is not None else None
    what: dict[str, Any] = {
        "mailing": facts.id,
        "name": facts.name,
        "subjects": [one.subject for one in facts.variants],
        "sender": f"{known.name} <{known.email}>" if known else "",
        "lists": list(facts.list_ids),
        "measure": facts.measure,
        "pace": facts.pace,
        "start_at": start_at.isoformat() if start_at else None,
        "version": version_of(facts),
    }
    return Wish(act=SEND, matter=f"mailing:{facts.id}", what=what, size=people)


def counted(tenant: TenantDB, facts: MailingFacts, *, now: datetime) -> int:
    """How many people a launch would reach; 0 where no rule asks. Before the transaction: a million people take a second."""
    return expected(tenant, facts, now=now).receive if rule_of(tenant, SEND).needed else 0


def approve_launch(
    tenant: TenantDB,
    facts: MailingFacts,
    people: int,
    *,
    start_at: datetime | None = None,
    scheduled: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Use up an approval inside the transaction in which the mailing moves on; one that was scheduled used its own then.

    Raises as `cover`.
    """
    wish = wish_of(tenant, facts, people, start_at)
    if not scheduled:
        cover(tenant, wish, actor=actor, now=now)
    elif rule_of(tenant, SEND).asks(people) and not _covers(_last(tenant, facts, now), facts, people):
        raise ApprovalNeeded(wish)


def ensure_within(tenant: TenantDB, mailing_id: int, *, now: datetime) -> None:
    """Stand between the frozen audience and the first message: not one person more than was approved. Raises ApprovalDiffers."""
    people = frozen_people(tenant, mailing_id)
    if is_covered(tenant, mailing_id, people, now=now):
        return
    pause(tenant, mailing_id, MORE, frm=(PREPARING,))
    raise ApprovalDiffers(wish_of(tenant, mailing(tenant, mailing_id), people))


def is_covered(tenant: TenantDB, mailing_id: int, people: int, *, now: datetime) -> bool:
    """Whether a mailing that was launched needed nobody, by the rule of that moment, or is what somebody approved."""
    launched = standing(tenant, mailing_id).launched_at
    if not rule_of(tenant, SEND, at=launched or now).asks(people):
        return True
    facts = mailing(tenant, mailing_id)
    return _covers(_last(tenant, facts, now), facts, people)


def frozen_people(tenant: TenantDB, mailing_id: int) -> int:
    """How many people a launch froze, without those who were left out."""
    found = counts(tenant, mailing_id)
    return found["audience"] - sum(n for state, n in found.items() if state.startswith("excluded:"))


def _last(tenant: TenantDB, facts: MailingFacts, now: datetime) -> Approval | None:
    return next(iter(used(tenant, SEND, f"mailing:{facts.id}", now=now)), None)


def _covers(found: Approval | None, facts: MailingFacts, people: int) -> bool:
    """Start and pace are no matter here: the one was kept by the clock, the other can be changed while it runs."""
    if found is None or not found.intact or found.at_most is None:
        return False
    return found.what["version"] == version_of(facts) and people <= found.at_most

"""What the staff decides about messages that wait for it: send them again, or give them up."""

from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.delivery import tally
from siegelpost.delivery.statements import change
from siegelpost.evidence.services import append
from siegelpost.mailings.reads import in_state, mailing
from siegelpost.mailings.services import may_send
from siegelpost.mailings.state import FINISHED, PAUSED, SENDING, move
from siegelpost.tenancy.handle import TenantDB

BLOCKED: Final = "blocked"
UNSURE: Final = "unsure"
"""Whether the next server took it is not known: sent again, somebody may get it twice. Only a person decides that."""


def send_again(tenant: TenantDB, mailing_id: int, state: str, *, actor: Actor, now: datetime) -> int:
    """Make the blocked or the unsure deliveries of a mailing due once more; returns how many there were.

    A finished mailing is sending again until they are through; a paused one stays paused. Consent and suppression are asked
    again at the claim. Of two at the same time one finds nothing left. Raises StateRefused for a mailing that was cancelled
    or never launched, SenderUnverified, ValueError for another state.
    """
    if state not in (BLOCKED, UNSURE):
        raise ValueError(state)
    with tenant.atomic():
        if mailing_id not in in_state(tenant, PAUSED) and mailing_id not in in_state(tenant, SENDING):
            move(tenant, mailing_id, SENDING, frm=(FINISHED,), actor=actor, now=now)
        may_send(tenant, mailing(tenant, mailing_id))
        n = change(tenant, "again", mailing=mailing_id, state=state, now=int(now.timestamp()))
        tally.add(tenant, mailing_id, {state: -n, "due": n})
        append(tenant, "mailing.sent_again", subject=f"mailing:{mailing_id}", details={"state": state, "n": n}, actor=actor, at=now)
    return n


def give_up(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> int:
    """Let the blocked deliveries of a mailing be; returns how many there were. They count as cancelled from now on."""
    with tenant.atomic():
        n = change(tenant, "cancel", mailing=mailing_id, state=BLOCKED, at=int(now.timestamp()))
        tally.add(tenant, mailing_id, {BLOCKED: -n, "cancelled": n})
        append(tenant, "mailing.given_up", subject=f"mailing:{mailing_id}", details={"n": n}, actor=actor, at=now)
    return n

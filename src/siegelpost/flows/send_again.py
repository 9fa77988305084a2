"""What the staff decides about messages that did not arrive: send them again, or give them up."""

from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.delivery import tally
from siegelpost.delivery.holds import lift
from siegelpost.delivery.outcome import codes_of
from siegelpost.delivery.rules import Verdict, bounce_of
from siegelpost.delivery.statements import change
from siegelpost.evidence.services import append
from siegelpost.feedback.brakes import ensure_not_braked
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import may_send
from siegelpost.mailings.state import FINISHED, PAUSED, SENDING, locked_state, move
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import try_soon

BLOCKED: Final = "blocked"
UNSURE: Final = "unsure"
"""Whether the next server took it is not known: sent again, somebody may get it twice. Only a person decides that."""
EXPIRED: Final = "expired"
BOUNCED: Final = "bounced"
"""Only those whose address may be good: a full mailbox, no TLS, a refusal without a reason."""
AGAIN: Final = (BLOCKED, UNSURE, EXPIRED, BOUNCED)


def send_again(tenant: TenantDB, mailing_id: int, state: str, *, actor: Actor, now: datetime) -> int:
    """Make the deliveries of a mailing that are in one state of AGAIN due once more; returns how many there were.

    A finished mailing is sending again until they are through; a paused one stays paused. Consent and suppression are asked
    again at the claim; domains that refused us are tried anew, a relay that is out of order at once. Of two at the same time
    one finds nothing left.
    Raises StateRefused for a mailing that was cancelled or never launched, SenderUnverified, Braked, ValueError for another state.
    """
    if state not in AGAIN:
        raise ValueError(state)
    with tenant.atomic():
        ensure_not_braked(tenant, mailing_id)
        if locked_state(tenant, mailing_id) not in (PAUSED, SENDING):
            move(tenant, mailing_id, SENDING, frm=(FINISHED,), actor=actor, now=now)
        may_send(tenant, mailing(tenant, mailing_id))
        codes = again_codes(tenant, mailing_id, state)
        n = sum(change(tenant, "again", mailing=mailing_id, state=state, code=code, now=int(now.timestamp())) for code in codes)
        tally.add(tenant, mailing_id, {state: -n, "due": n})
        lift(tenant, mailing_id)
        append(tenant, "mailing.sent_again", subject=f"mailing:{mailing_id}", details={"state": state, "n": n}, actor=actor, at=now)
    try_soon(now=int(now.timestamp()))
    return n


def again_codes(tenant: TenantDB, mailing_id: int, state: str) -> dict[str, int]:
    """Kept codes of the messages in a state that can be sent again, and how many; an address that does not exist is left out."""
    found = codes_of(tenant, mailing_id, state)
    return {code: n for code, n in found.items() if state != BOUNCED or bounce_of(code) is not Verdict.HARD}


def give_up(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> int:
    """Let the blocked deliveries of a mailing be; returns how many there were. They count as cancelled from now on."""
    with tenant.atomic():
        n = change(tenant, "cancel", mailing=mailing_id, state=BLOCKED, at=int(now.timestamp()))
        tally.add(tenant, mailing_id, {BLOCKED: -n, "cancelled": n})
        if mailing(tenant, mailing_id).state == FINISHED:
            lift(tenant, mailing_id)  # before that more of its people wait, and their domains still refuse us
        append(tenant, "mailing.given_up", subject=f"mailing:{mailing_id}", details={"n": n}, actor=actor, at=now)
    return n

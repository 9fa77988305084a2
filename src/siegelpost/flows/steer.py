"""Pause, resume and cancel a mailing that was launched."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.delivery import tally
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.holds import lift
from siegelpost.delivery.launch import is_frozen, was_begun
from siegelpost.delivery.statements import change
from siegelpost.feedback.brakes import ensure_not_braked
from siegelpost.flows.approved_launch import ensure_within
from siegelpost.flows.import_proof import ensure_proven
from siegelpost.flows.relayed import note_relayed
from siegelpost.mailings.reads import in_state, mailing
from siegelpost.mailings.schedule import promise, start_of, take_back
from siegelpost.mailings.services import may_send
from siegelpost.mailings.state import CANCELLED, PAUSED, PREPARING, SCHEDULED, SENDING, move
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import try_soon

OPEN = ("due", "retry", "blocked")


def pause(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Stop sending; messages in flight are finished, claimed ones given back within seconds. Raises StateRefused."""
    with tenant.atomic():
        move(tenant, mailing_id, PAUSED, frm=(SENDING,), reason="staff", actor=actor, now=now)
    tally.matches_rows(tenant, mailing_id)


def resume(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Go on with a paused mailing; one whose audience is not complete starts by itself, at its time or at once.

    A relay that is out of order is called at once. Raises StateRefused, SenderUnverified, Braked, ApprovalNeeded
    where it reaches more people than was approved, ProofMissing, and ConservationBroken where its rows do not add up.
    """
    ensure_proven(tenant, mailing(tenant, mailing_id).list_ids, actor=actor, now=now)
    with tenant.atomic():
        ensure_not_braked(tenant, mailing_id)
        if mailing_id in in_state(tenant, PAUSED) and not is_frozen(tenant, mailing_id):
            promise(tenant, mailing_id, max(start_of(tenant, mailing_id) or now, now), frm=(PAUSED,), actor=actor, now=now)
            return
        ensure_within(tenant, mailing_id, now=now)
        move(tenant, mailing_id, SENDING, frm=(PAUSED,), actor=actor, now=now)
        may_send(tenant, mailing(tenant, mailing_id))
        if not tally.matches_rows(tenant, mailing_id):
            raise ConservationBroken(id=mailing_id)
    try_soon(now=int(now.timestamp()))


def cancel(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """End a mailing; whoever was not reached yet gets nothing. One that has not started becomes a draft again. Raises StateRefused.

    What is claimed at this moment is given back by its sender as due and cancelled with the next look (`sweep_cancelled`).
    """
    with tenant.atomic():
        waits = mailing_id in in_state(tenant, SCHEDULED, PAUSED) and not was_begun(tenant, mailing_id)
        if waits:
            take_back(tenant, mailing_id, actor=actor, now=now)
            return
        move(tenant, mailing_id, CANCELLED, frm=("approved", SCHEDULED, PREPARING, SENDING, PAUSED), actor=actor, now=now)
        cancel_rest(tenant, mailing_id, now=now)
        note_relayed(tenant, mailing_id, now=now)


def cancel_rest(tenant: TenantDB, mailing_id: int, *, now: datetime) -> int:
    """Cancel what has not begun, inside an open transaction; returns how many deliveries that were."""
    ended = {state: change(tenant, "cancel", mailing=mailing_id, state=state, at=int(now.timestamp())) for state in OPEN}
    total = sum(ended.values())
    lift(tenant, mailing_id)
    tally.add(tenant, mailing_id, {**{state: -n for state, n in ended.items()}, "cancelled": total})
    return total


def sweep_cancelled(tenant: TenantDB, *, now: datetime) -> None:
    """Cancel what senders gave back after their mailing was cancelled; called by the runner."""
    for mailing_id in in_state(tenant, CANCELLED):
        if any(tally.counts(tenant, mailing_id)[state] for state in OPEN):
            with tenant.atomic():
                cancel_rest(tenant, mailing_id, now=now)

"""State changes of a mailing that the engine makes by itself: finished, or paused because something is wrong."""

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery import tally
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.mailings.errors import StateRefused
from siegelpost.mailings.state import FINISHED, PAUSED, SENDING, move
from siegelpost.tenancy.handle import TenantDB

ENGINE = Actor.system("engine")


def finish(tenant: TenantDB, mailing_id: int) -> bool:
    """End a mailing with nothing left to send; True where it ended now. The rows are counted before."""
    found = tally.counts(tenant, mailing_id)
    if found["due"] or found["retry"] or found["claimed"]:
        return False
    if not tally.matches_rows(tenant, mailing_id):
        return not pause(tenant, mailing_id, ConservationBroken.code)
    return _move(tenant, mailing_id, FINISHED, "", (SENDING,))


def pause(tenant: TenantDB, mailing_id: int, reason: str, *, frm: tuple[str, ...] = (SENDING,)) -> bool:
    """Stop a running mailing and say why; `reason` is an error code of at most 40 characters."""
    return _move(tenant, mailing_id, PAUSED, reason, frm)


def _move(tenant: TenantDB, mailing_id: int, to: str, reason: str, frm: tuple[str, ...]) -> bool:
    try:
        with tenant.atomic():
            move(tenant, mailing_id, to, frm=frm, reason=reason, actor=ENGINE, now=clock.now())
    except StateRefused:
        return False  # another process was first
    return True

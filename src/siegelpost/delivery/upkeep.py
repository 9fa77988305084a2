"""State changes of a mailing that the engine makes by itself: finished, or paused because something is wrong."""

from collections.abc import Callable

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery import tally
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.mailings.errors import StateRefused
from siegelpost.mailings.state import FINISHED, PAUSED, SENDING, move
from siegelpost.tenancy.handle import TenantDB

ENGINE = Actor.system("engine")


def finish(tenant: TenantDB, mailing_id: int, on_end: Callable[[TenantDB, int], None] | None = None) -> bool:
    """End a mailing with nothing left to send; True where it ended now. The rows are counted before.

    on_end  told in the same transaction
    """
    if _is_open(tenant, mailing_id):
        return False
    if not tally.matches_rows(tenant, mailing_id):
        return not pause(tenant, mailing_id, ConservationBroken.code)
    try:
        with tenant.atomic():
            move(tenant, mailing_id, FINISHED, frm=(SENDING,), actor=ENGINE, now=clock.now())
            if _is_open(tenant, mailing_id):  # somebody lets the unsure ones be sent again at this moment
                raise StateRefused(id=mailing_id, state=SENDING, wanted=FINISHED)
            if on_end:
                on_end(tenant, mailing_id)
    except StateRefused:
        return False
    return True


def _is_open(tenant: TenantDB, mailing_id: int) -> bool:
    found = tally.counts(tenant, mailing_id)
    return bool(found["due"] or found["retry"] or found["claimed"])


def pause(tenant: TenantDB, mailing_id: int, reason: str, *, frm: tuple[str, ...] = (SENDING,)) -> bool:
    """Stop a running mailing and say why; `reason` is an error code of at most 40 characters."""
    try:
        with tenant.atomic():
            move(tenant, mailing_id, PAUSED, frm=frm, reason=reason, actor=ENGINE, now=clock.now())
    except StateRefused:
        return False  # another process was first
    return True

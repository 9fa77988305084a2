"""Send a mailing later: promise its start, take it back, and keep the promise when the time has come.

What it says and who gets it is frozen at the start; that is when consent is judged. The checks run twice: when it is
scheduled, so that somebody is there to mend what they find, and at the start.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from siegelpost.audience.leaving import hold_lists
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import Settings
from siegelpost.delivery.launch import was_begun
from siegelpost.delivery.upkeep import pause
from siegelpost.delivery.window_rules import moment
from siegelpost.flows.approved_launch import approve_launch, counted
from siegelpost.flows.check_mailing import ensure_sendable
from siegelpost.flows.launch import APPROVED, AS_IT_IS, Agreed, launch, with_pace_of
from siegelpost.mailings.change import version_of
from siegelpost.mailings.errors import MailingChanged, StartRefused, StartWrong, StateRefused
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.schedule import promise, ripe, take_back
from siegelpost.mailings.state import PREPARING, SCHEDULED
from siegelpost.tenancy.handle import TenantDB

MISSED: Final = "start.missed"
"""Reason of a pause: nothing ran when the mailing was to start, and now it may be too late for it."""
REFUSED: Final = "start.refused"
"""Reason of a pause: what the checks found at the start was not there when the mailing was scheduled."""
FURTHEST: Final = 366
"""Days. Nobody plans further ahead; a later start is a slip of the keyboard that would wait in silence for years."""
WORKER: Final = Actor.system("worker")

log = structlog.get_logger(__name__)


def start_typed(text: str, settings: Settings, now: datetime) -> datetime:
    """The moment that somebody typed, in UTC. Raises StartWrong, and StartRefused for one in the past or too far away."""
    try:
        found = moment(text, ZoneInfo(settings.time_zone))
    except ValueError:
        raise StartWrong(zone=settings.time_zone) from None
    if not now <= found <= now + timedelta(days=FURTHEST):
        raise StartRefused(days=FURTHEST)
    return found


def schedule(
    tenant: TenantDB, mailing_id: int, start_at: datetime, *, settings: Settings, actor: Actor, now: datetime, agreed: Agreed = AS_IT_IS
) -> None:
    """Let a mailing start by itself; one that is scheduled already starts at the new time.

    Raises what `ensure_sendable` raises, StateRefused, ListUnknown, MailingChanged where it says something else by now, and
    ApprovalNeeded where a rule asks for a second person.
    """
    version = agreed.version or version_of(mailing(tenant, mailing_id))
    ensure_sendable(tenant, mailing_id, public_host=settings.public_host)
    wanted = with_pace_of(mailing(tenant, mailing_id), agreed)
    people = counted(tenant, wanted, now=now)
    with tenant.atomic():
        agreed.keep(tenant, mailing_id, actor=actor, now=now)
        promise(tenant, mailing_id, start_at, frm=APPROVED, actor=actor, now=now)  # from here on nobody writes
        facts = mailing(tenant, mailing_id)
        if version_of(facts) != version:
            raise MailingChanged(id=mailing_id)
        hold_lists(tenant, facts.list_ids)
        approve_launch(tenant, wanted, people, start_at=start_at, actor=actor, now=now)


def unschedule(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Make a mailing that has not started a draft again. Raises StateRefused where it has."""
    with tenant.atomic():
        take_back(tenant, mailing_id, actor=actor, now=now)
        if was_begun(tenant, mailing_id):
            raise StateRefused(id=mailing_id, state=PREPARING, wanted=SCHEDULED)


def start_ripe(tenant: TenantDB, *, settings: Settings, now: datetime) -> None:
    """Launch every mailing of a tenant whose time has come, and those whose launch was interrupted; called by the worker.

    One that is late by more than the setting allows is paused and asks. Several workers may call this: one launches.
    """
    late = timedelta(minutes=settings.late_minutes)
    for mailing_id, start_at in ripe(tenant, now):
        if now - start_at > late:
            pause(tenant, mailing_id, MISSED, frm=(SCHEDULED, PREPARING))
            log.warning("mailing.start_missed", tenant=tenant.slug, mailing=mailing_id)
        else:
            _start(tenant, mailing_id, settings, now)


def _start(tenant: TenantDB, mailing_id: int, settings: Settings, now: datetime) -> None:
    try:
        launch(tenant, mailing_id, settings=settings, actor=WORKER, now=now, frm=(SCHEDULED,))
    except (StateRefused, MailingChanged):
        return  # another worker was first, or somebody took it back or put it off at the last moment
    except SiegelpostError as refused:
        pause(tenant, mailing_id, REFUSED, frm=(SCHEDULED,))
        log.warning("mailing.start_refused", tenant=tenant.slug, mailing=mailing_id, code=refused.code)

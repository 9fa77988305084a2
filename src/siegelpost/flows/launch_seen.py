"""Launch exactly what somebody has looked at: another text than the one in the summary is not sent."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.flows.launch import launch
from siegelpost.flows.send import Wish, send
from siegelpost.mailings.browse import UNDERWAY, standing
from siegelpost.mailings.change import version_of
from siegelpost.mailings.errors import MailingChanged, StateRefused
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.state import PREPARING
from siegelpost.tenancy.handle import TenantDB


def launch_seen(tenant: TenantDB, mailing_id: int, wish: Wish, *, version: str, settings: Settings, actor: Actor, now: datetime) -> bool:
    """Launch or schedule a mailing; returns False where it was launched before, so that pressing twice sends once.

    version  what `version_of` said of the mailing in the summary

    Raises MailingChanged where it says something else by now, and as `launch`.
    """
    if standing(tenant, mailing_id).launched:
        return False
    if version_of(mailing(tenant, mailing_id)) != version:
        raise MailingChanged(id=mailing_id)
    try:
        send(tenant, mailing_id, wish, settings=settings, actor=actor, now=now, version=version)
    except StateRefused:
        if standing(tenant, mailing_id).launched:
            return False  # another process was first
        raise
    return True


def go_on(tenant: TenantDB, mailing_id: int, *, settings: Settings, actor: Actor, now: datetime) -> bool:
    """Finish a launch that was interrupted while its audience was frozen; False where there is nothing to finish.

    Raises as `launch`.
    """
    if standing(tenant, mailing_id).state != PREPARING:
        return False
    try:
        launch(tenant, mailing_id, settings=settings, actor=actor, now=now)
    except StateRefused:
        if standing(tenant, mailing_id).state in UNDERWAY:
            return False
        raise
    return True

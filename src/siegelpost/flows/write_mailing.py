"""Somebody writes a mailing: a new one, or a draft again."""

from datetime import datetime

from siegelpost.audience.reads import list_by_id
from siegelpost.base.actor import Actor
from siegelpost.mailings import services
from siegelpost.mailings.change import change_mailing
from siegelpost.mailings.services import NewMailing
from siegelpost.measure.choices import ensure_below
from siegelpost.tenancy.handle import TenantDB


def write_mailing(tenant: TenantDB, new: NewMailing, *, actor: Actor, now: datetime) -> int:
    """Store a new draft and return its id. Raises InstructionMissing, ModeUnknown, AboveCeiling, ListUnknown and as `create_mailing`."""
    _fits(tenant, new)
    return services.create_mailing(tenant, new, actor=actor, now=now)


def rewrite_mailing(tenant: TenantDB, mailing_id: int, new: NewMailing, *, version: str, actor: Actor, now: datetime) -> None:
    """Write a draft again. Raises as `write_mailing`, and MailingChanged where somebody else did so since `version`."""
    _fits(tenant, new)
    change_mailing(tenant, mailing_id, new, version=version, actor=actor, now=now)


def _fits(tenant: TenantDB, new: NewMailing) -> None:
    ensure_below(tenant, new.measure, new.list_ids)
    for list_id in new.list_ids:
        list_by_id(tenant, list_id)

"""A mailing, sent or not, becomes the draft of the next one."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.mailings import services
from siegelpost.tenancy.handle import TenantDB


def copy_mailing(tenant: TenantDB, mailing_id: int, *, name: str = "", actor: Actor, now: datetime) -> int:
    """Return the id of a new draft with the same content, sender, lists and measuring.

    name  of the copy, "" takes the old one

    Raises MailingUnknown, HeaderRefused.
    """
    return services.copy_mailing(tenant, mailing_id, name=name, actor=actor, now=now)

"""The one way by which mails that are no mailing go out: none of them holds the password of a hand-over."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.delivery.outgoing import Attached, SystemMail, enqueue
from siegelpost.governance.handover.services import refuse_passwords
from siegelpost.tenancy.handle import TenantDB


def post(tenant: TenantDB, mail: SystemMail, *, attached: Attached | None = None, actor: Actor, now: datetime) -> int:
    """Queue a mail and return its number; its own transaction, or part of the caller's. Raises PasswordInText: then nothing is sent.

    Source: control 2.1-06, a look at what goes out.
    """
    refuse_passwords(tenant, mail.subject, mail.text, mail.html)
    return enqueue(tenant, mail, attached=attached, actor=actor, now=now)

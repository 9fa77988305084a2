"""A forgotten password: the link goes out by mail, the new password ends every session. The second factor is asked for as ever."""

from datetime import datetime
from typing import Final

from siegelpost.accounts import resets
from siegelpost.accounts.reads import Person, tenant_numbers
from siegelpost.accounts.sessions import end_sessions
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence.services import append
from siegelpost.flows.post import post
from siegelpost.flows.staff_mail import writer_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store

WORKER: Final = Actor.system("worker")
SUBJECT: Final = _("Set a new password")
BODY: Final = _(
    "Somebody has said at the login that you forgot your password. If that was you, set a new one here; the link works once, within "
    "{minutes} minutes:\n\n{url}\n\n"
    "If it was not you, do nothing: your password stays as it is. Whoever has no access to your mail gets no further.\n"
)


def mail_resets(tenants: list[TenantDB], *, staff_url: str, now: datetime) -> None:
    """Send the links that were asked for; called with each tick of the worker."""
    for person, token in resets.take_up(now=now):
        mine = tenant_numbers(person)
        by = writer_of(one for one in tenants if one.own or one.number in mine)
        details = {"mailed": by is not None}
        with operator_store().atomic():
            append(operator_store(), "staff.reset_asked", subject=f"staff:{person.pk}", details=details, actor=WORKER, at=now)
        if by is not None:
            tenant, sender_id = by
            facts = {"minutes": int(resets.LIFE.total_seconds() // 60), "url": f"{staff_url}/login/new-password/{token}"}
            subject, text = (translate(words, person.language).format(**facts) for words in (SUBJECT, BODY))
            mail = SystemMail(kind="notice", to=person.email, subject=subject, text=text, sender_id=sender_id)
            post(tenant, mail, actor=WORKER, now=now)


def set_password(token: str, password: str, *, now: datetime) -> Person:
    """Set the password (judged by the caller) of whoever has the link, which is used up; all sessions end. Raises ResetOver.

    Nobody is logged in by it: the login asks for the new password and for the second factor.
    """
    with operator_store().atomic():
        person = resets.use_up(token, now=now)
        person.set_password(password)
        person.save(update_fields=["password"])
        end_sessions(person.pk)
        append(operator_store(), "staff.password_reset", subject=f"staff:{person.pk}", actor=Actor.staff(person.pk), at=now)
    return person

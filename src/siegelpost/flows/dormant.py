"""Tells people that their unused account will be blocked, and blocks it 14 days later; the operator's log says so."""

from datetime import datetime
from typing import Final

from siegelpost.accounts.dormant import block, due, note_told
from siegelpost.accounts.dormant_rules import AHEAD, TELL, UNUSED
from siegelpost.accounts.reads import Person
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence.services import append
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store

WORKER: Final = Actor.system("worker")
SUBJECT: Final = _("Your access will be blocked")
BODY: Final = _(
    "You have not logged in for a long time. After {days} days without a login your access is blocked, at the earliest in {ahead} days.\n\n"
    "Log in once if you still need it: {url}\n"
)


def heed_dormant(tenants: list[TenantDB], *, staff_url: str, now: datetime) -> None:
    """Called every hour; does each step once."""
    for person, what in due(now=now):
        with operator_store().atomic():
            if what == TELL:
                note_told(person, now=now)
                _note("staff.dormant_told", person, now)
            elif block(person, now=now):
                _note("staff.dormant_blocked", person, now)
        if what == TELL:
            _tell(person, tenants, staff_url, now)


def _note(act: str, person: Person, now: datetime) -> None:
    append(operator_store(), act, subject=f"staff:{person.pk}", actor=WORKER, at=now)


def _tell(person: Person, tenants: list[TenantDB], staff_url: str, now: datetime) -> None:
    """By a mail of the operator's own tenant; where none can send, the log alone knows."""
    own = next((tenant for tenant in tenants if tenant.own and senders(tenant)), None)
    if own is not None:
        text = translate(BODY, person.language).format(days=UNUSED.days, ahead=AHEAD.days, url=f"{staff_url}/login")
        subject = translate(SUBJECT, person.language)
        post(own, SystemMail(kind="notice", to=person.email, subject=subject, text=text), actor=WORKER, now=now)

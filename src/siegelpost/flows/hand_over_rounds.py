"""The worker's part of hand-overs: scan what is held, destroy what nobody took, remind of passwords whose path nobody recorded."""

import time
from datetime import datetime
from typing import Final

from siegelpost.accounts.reads import person_here
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.settings import Settings
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.post import post
from siegelpost.governance.handover.reads import HandOverView, late_passwords
from siegelpost.governance.handover.rules import REMINDED
from siegelpost.governance.handover.scanning import scan_held
from siegelpost.governance.handover.services import note, sweep
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_email

EVERY: Final = 60.0
"""Seconds between two looks."""
WORKER: Final = Actor.system("worker")
SUBJECT: Final = _("By which path did the password go? (hand-over {id})")
BODY: Final = _(
    "A day ago you encrypted the file of hand-over {id}. Nobody has recorded yet by which path its password went.\n\n"
    "Record it on the page of the hand-over, or with `siegelpost handover password`. If the receiver does not have it, make a new "
    "hand-over: the password is kept nowhere.\n"
)


class HandOverRounds:
    """One per worker; several may do the same, each step is written once."""

    def __init__(self, settings: Settings, *, every: float = EVERY) -> None:
        self._scanner, self._every = settings.clamav, every
        self._not_before = float("-inf")

    def look(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Do it where it is time."""
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + self._every
        for tenant in tenants:
            folder = home().tenant(tenant.slug)
            sweep(tenant, folder, now=now)
            scan_held(tenant, self._scanner, folder=folder, actor=WORKER, now=now)
            remind(tenant, now=now)


def remind(tenant: TenantDB, *, now: datetime) -> int:
    """Write once to whoever encrypted a file a day ago and has not said where its password went; returns how many mails.

    Without a sender the overview and the check of the control say it.
    """
    late = [one for one in late_passwords(tenant, now=now) if one.step(REMINDED) is None]
    if not late or not senders(tenant):
        return 0
    sent = 0
    for one in late:
        to = _address(tenant, one)
        with tenant.atomic():
            note(tenant, one.id, REMINDED, actor=WORKER, now=now)
            if to:
                subject = translate(SUBJECT, tenant.language).format(id=one.id)
                text = translate(BODY, tenant.language).format(id=one.id)
                post(tenant, SystemMail(kind="notice", to=to, subject=subject, text=text), actor=WORKER, now=now)
                sent += 1
    return sent


def _address(tenant: TenantDB, one: HandOverView) -> str:
    kind, _colon, number = (one.encryption.actor if one.encryption else one.actor).partition(":")
    if kind != "staff":
        return operator_email()
    person = person_here(tenant, int(number))
    return person.email if person and person.active else operator_email()

"""The worker's part in the log that proves: a checkpoint of each tenant every ten minutes, and one mail a day to whoever keeps them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence import notes
from siegelpost.evidence.access_proof import vouch
from siegelpost.evidence.reads import about
from siegelpost.evidence.seal import seal
from siegelpost.evidence.services import append
from siegelpost.flows.post import post
from siegelpost.flows.stamping import Stamping
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import OPERATOR, operator_db

EVERY: Final = 600.0
FIRST: Final = 60.0
"""Seconds until the first one: a worker that is started again and again signs too."""
MAILED_EVERY: Final = timedelta(days=1)
MAILED: Final = "evidence.checkpoint_mailed"
LOG: Final = "log"
"""Subject of what is done with the log itself."""
WORKER: Final = Actor.system("worker")
SUBJECT: Final = _("Checkpoint of {day} for the log of {name}")
BODY: Final = _(
    "Please keep this mail: nothing in it is secret, and nothing has to be done.\n\n"
    "It says how many entries the log of {name} has in Siegelpost, and holds a signed hash of all of them. Should somebody change the log "
    "later, whoever it may be, it no longer fits this mail. To prove it, have the log exported (`siegelpost evidence export`) and run "
    "`siegelpost evidence verify FILE --checkpoint MAIL` with this mail as a file.\n\n{note}\n"
)
ALSO: Final = _(
    "\nThis is the same for the log of whoever runs Siegelpost: tenants, relays and operators that were added or changed.\n\n{note}\n"
)

log = structlog.get_logger(__name__)


class Sealing:
    """Signs what was logged since the last time.

    timestamp_url  of an authority that stamps the time, "" for none
    """

    def __init__(self, timestamp_url: str = "", first: float = FIRST) -> None:
        self._timestamp_url = timestamp_url
        self._not_before = time.monotonic() + first

    def look(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Sign for all tenants; does nothing for ten minutes after the last time."""
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + EVERY
        operators, logs = "", list[Logged](tenants)
        with _alone(OPERATOR):
            logs.insert(0, operator_db())
            operators = _signed(logs[0], now)
        for tenant in tenants:
            with _alone(tenant.slug):
                mail_to_witness(tenant, _signed(tenant, now), operators, now=now)
        stamping = Stamping(self._timestamp_url)  # at last: whoever waits for it keeps nothing from being signed
        for whose in logs:
            with _alone(whose.slug):
                stamping.stamp(whose, now=now)


def _signed(whose: Logged, now: datetime) -> str:
    vouch(whose, actor=WORKER, now=now)
    return seal(whose, now=now)


@contextmanager
def _alone(slug: str) -> Iterator[None]:
    """The logs of others, and the work beside it, must not wait for a broken one."""
    try:
        yield
    except Exception as reason:  # noqa: BLE001 - whatever it is, it is reported by name
        log.error("evidence.not_signed", tenant=slug, kind=type(reason).__name__)


def mailed(tenant: TenantDB) -> list[datetime]:
    """When checkpoints were mailed, the newest first."""
    return [one.at for one in about(tenant, (LOG,), acts=(MAILED,))]


def mail_to_witness(tenant: TenantDB, note: str, operators: str = "", *, now: datetime) -> bool:
    """Send a checkpoint to the tenant's data protection address, once a day; returns whether it was queued.

    operators  a checkpoint of the operator's own log: each tenant is a witness of that, too; "" where there is none

    Without an address nobody is a witness; without a sender no mail leaves this tenant.
    """
    last = mailed(tenant)  # in the future where a clock was wrong: then it is mailed again, not silent until that day
    if not tenant.data_protection or (last and abs(now - last[0]) < MAILED_EVERY) or not senders(tenant):
        return False
    found = notes.read(note)
    subject = translate(SUBJECT, tenant.language).format(name=tenant.name, day=found.at.date().isoformat())
    text = translate(BODY, tenant.language).format(name=tenant.name, note=note)
    if operators:
        text += translate(ALSO, tenant.language).format(note=operators)
    with tenant.atomic():
        post(tenant, SystemMail(kind="checkpoint", to=tenant.data_protection, subject=subject, text=text), actor=WORKER, now=now)
        append(tenant, MAILED, subject=LOG, details={"entries": found.size}, actor=WORKER, at=now)
    return True

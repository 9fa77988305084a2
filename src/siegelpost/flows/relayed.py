"""What went out by relays, into the register of outflows: when a mailing ends, and once a day of what does not end.

The sending processes only count (`delivery.passed`): the register costs them nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery import passed
from siegelpost.governance.disclosures.rules import CONTACT, CONTENT, PROCESSOR, PROFILE, RELAY, SENDING, SMTP, SYSTEM_MAILS, UNKNOWN
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.state import CANCELLED, FINISHED
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "delivery.relayed"
EVERY: Final = timedelta(days=1)
ENGINE: Final = Actor.system("engine")


def note_relayed(tenant: TenantDB, mailing_id: int, *, now: datetime) -> None:
    """Enter what went out of one mailing (0: system mails) since the last time, an entry for each relay. Inside a transaction.

    Source: Art. 30(2), Art. 28 GDPR: whoever runs a relay is a processor and gets data of each person of the audience.
    """

    def noted(relay: str, n: int) -> None:
        outflow = Outflow(
            kind=RELAY, categories=(CONTACT, PROFILE, CONTENT), records=n, people=f"mailing:{mailing_id}" if mailing_id else SYSTEM_MAILS,
            channel=SMTP, act=ACT, given=Given(recipient=relay or UNKNOWN, purpose=SENDING, ground=PROCESSOR),
        )  # fmt: skip
        record(tenant, outflow, actor=ENGINE, now=now)

    passed.note(tenant, mailing_id, noted, at=int(now.timestamp()))


def note_end(tenant: TenantDB, mailing_id: int) -> None:
    """Told by the sending process in the transaction in which a mailing ends."""
    note_relayed(tenant, mailing_id, now=clock.now())


def note_open(tenant: TenantDB, *, now: datetime) -> None:
    """What is not in the register: of a mailing that has ended at once, of others and of system mails once a day."""
    ended = set(in_state(tenant, FINISHED, CANCELLED))
    for one in passed.waiting(tenant):
        if one.mailing_id in ended or now - datetime.fromtimestamp(one.since, UTC) >= EVERY:
            with tenant.atomic():
                note_relayed(tenant, one.mailing_id, now=now)

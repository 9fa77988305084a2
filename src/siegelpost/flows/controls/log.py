"""Checks of the log that proves: it is signed in time, goes on from what was signed, and somebody outside keeps it."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.reads import signed
from siegelpost.evidence.seal import goes_on, waits_since
from siegelpost.flows.sealing import mailed
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db

SEALED_IN: Final = timedelta(minutes=20)
"""The worker signs every ten."""
WITNESSED_IN: Final = timedelta(days=2)
"""A checkpoint is mailed once a day."""


@check(
    "1.2-02",
    _(
        "The log of acts goes on from its last checkpoint, nothing waits for more than 20 minutes to be signed, "
        "and a checkpoint was mailed to a witness within two days. Logs of the operating system are not looked at."
    ),
    every=timedelta(minutes=10),
    limit=30,
    scope=TENANT,
    whole=False,
)
def is_signed_in_time(tenant: TenantDB, around: Around) -> Finding:
    """Without a witness it is amber: a log that nobody else knows proves nothing against its owner."""
    waits, last, mails, unbroken = waits_since(tenant), signed(tenant), mailed(tenant), goes_on(tenant)
    late = waits is not None and around.now - waits > SEALED_IN
    witnessed = bool(mails) and around.now - mails[0] <= WITNESSED_IN
    facts = {"entries": last.entries if last else 0, "unbroken": unbroken, "waits_to_be_signed": bool(late), "witnessed": witnessed}
    return finding(red=late or not unbroken, amber=not witnessed or last is None, **facts)


@check(
    "1.2-02",
    _("The operator's own log goes on from its last checkpoint, and nothing in it waits for more than 20 minutes to be signed."),
    every=timedelta(minutes=10),
    limit=30,
    scope=INSTALLATION,
    whole=False,
)
def operators_log_is_signed_in_time(around: Around) -> Finding:
    """Its checkpoints go to the witnesses of the tenants, with theirs."""
    log = operator_db()
    waits, last, unbroken = waits_since(log), signed(log), goes_on(log)
    late = waits is not None and around.now - waits > SEALED_IN
    facts = {"operator_entries": last.entries if last else 0, "operator_unbroken": unbroken, "operator_waits": late}
    return finding(red=late or not unbroken, amber=last is None, **facts)


CHECKS = (is_signed_in_time, operators_log_is_signed_in_time)

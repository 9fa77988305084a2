"""Checks of controls that the exchange desk can make."""

from datetime import timedelta

from siegelpost.base.controls import EVIDENCED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.governance.handover import rules
from siegelpost.governance.handover.exceptions import unscanned_risk
from siegelpost.governance.handover.reads import hand_overs
from siegelpost.governance.handover.standing import differing, left_in_clear, passwords, unfounded
from siegelpost.tenancy.handle import TenantDB


@check(
    "2.1-04",
    _(
        "Each hand-over stands in the log as it stands at the desk, with receiver, purpose and hash; uploads were scanned. "
        "What people send past the desk is not seen."
    ),
    every=timedelta(days=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def goes_over_the_desk(tenant: TenantDB, around: Around) -> Finding:
    """Amber while somebody bears the risk of unscanned uploads, or where one is held for want of a scanner."""
    found = hand_overs(tenant, now=around.now)
    held = sum(one.state == rules.HELD for one in found)
    risk = unscanned_risk(tenant, now=around.now) is not None
    wrong = differing(tenant)
    return finding(red=wrong, amber=risk or held, hand_overs=len(found), differing=wrong, held_uploads=held, unscanned_allowed=risk)


@check(
    "2.1-05",
    _("Each file that left the desk was encrypted, or rested on a deviation that held then. Mailings and system mails are no hand-overs."),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def leaves_encrypted(tenant: TenantDB, around: Around) -> Finding:
    """Reads algorithm and hash of what left."""
    allowed, weak = left_in_clear(tenant, now=around.now)
    left = sum(one.state == rules.TAKEN for one in hand_overs(tenant, now=around.now))
    return finding(red=weak, left_files=left, left_by_deviation=allowed, left_in_clear=weak)


@check(
    "2.1-06",
    _(
        "The path of each password is recorded within a day, and leads neither to the mailbox of its file nor to an unknown number. "
        "Whether it went there is the word of whoever recorded it."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def password_travels_apart(tenant: TenantDB, around: Around) -> Finding:
    """Amber after a day, red after three."""
    found = passwords(tenant, now=around.now)
    return finding(
        red=found.missing or found.forbidden, amber=found.late, paths_recorded=found.recorded, paths_late=found.late,
        paths_forbidden=found.forbidden,
    )  # fmt: skip


@check(
    "2.1-07",
    _("Each deviation rests on a written instruction, names its risk, ends in time, and was not used afterwards."),
    every=timedelta(days=1),
    limit=60,
    scope=TENANT,
    basis=EVIDENCED,
)
def deviates_on_instruction(tenant: TenantDB, around: Around) -> Finding:
    """Without a deviation there is nothing to be wrong."""
    running, wrong = unfounded(tenant, now=around.now)
    return finding(red=wrong, deviations=running, deviations_unfounded=wrong)


CHECKS = (goes_over_the_desk, leaves_encrypted, password_travels_apart, deviates_on_instruction)

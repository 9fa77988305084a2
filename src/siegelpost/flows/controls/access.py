"""Checks of the access log: it runs, nobody changed it, and it forgets in time."""

from datetime import UTC, timedelta
from typing import Final

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.access import accesses
from siegelpost.evidence.access_proof import KEPT, damaged, lost, oldest_content
from siegelpost.flows.access_log import CANARY
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db

MARKED_WITHIN: Final = timedelta(hours=2)
"""The worker leaves a mark every hour."""


@check(
    "2.2-02",
    _(
        "An entry that the worker writes every hour is found again, and none was changed, removed or put in. "
        "Whether each request left one is not counted."
    ),
    every=timedelta(hours=1),
    limit=120,
    scope=TENANT,
    whole=False,
)
def runs_unchanged(tenant: TenantDB, around: Around) -> Finding:
    """Opens and reads all entries that still have content."""
    broken, marked = _looked_at(tenant, around)
    return finding(red=broken, amber=not marked, changed_batches=broken, marked=marked)


@check(
    "2.2-02",
    _("The same of the operator's own access log: its hourly entry is found again, and no entry was changed, removed or put in."),
    every=timedelta(hours=1),
    limit=120,
    scope=INSTALLATION,
    whole=False,
)
def operators_runs_unchanged(around: Around) -> Finding:
    """Logins, and what the operator does to the installation."""
    broken, marked = _looked_at(operator_db(), around)
    return finding(red=broken, amber=not marked, operator_changed_batches=broken, operator_marked=marked)


def _looked_at(log: Logged, around: Around) -> tuple[int, bool]:
    """How many batches are not what was vouched for, and whether the mark of the last hours is there."""
    broken, since = len(damaged(log)), around.now - MARKED_WITHIN
    found = () if broken else accesses(log, since.astimezone(UTC).date(), around.now.astimezone(UTC).date())
    return broken, any(one.who == str(CANARY) and one.at >= since for one in found)


@check(
    "2.2-03",
    _(
        "Nothing in the access log is older than 45 days, and nothing younger has lost its content. Copies are not looked at: without "
        "the key of the day they cannot be read."
    ),
    every=timedelta(days=1),
    limit=30,
    scope=TENANT,
    whole=False,
)
def is_forgotten_in_time(tenant: TenantDB, around: Around) -> Finding:
    """Counts content that is there too long, and content that is gone too early."""
    oldest = oldest_content(tenant)
    days = (around.now.astimezone(UTC).date() - oldest).days if oldest else 0
    early = lost(tenant, now=around.now)
    return finding(red=days > KEPT.days or early, oldest_days=days, lost_early=early)


CHECKS = (runs_unchanged, operators_runs_unchanged, is_forgotten_in_time)

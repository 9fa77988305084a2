"""Checks of the access log: it runs, nobody changed it, and it forgets in time."""

from datetime import UTC, date, timedelta
from typing import Final

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.access import accesses, unreadable
from siegelpost.evidence.access_proof import KEPT, damaged, lost, oldest_content
from siegelpost.evidence.day_keys import oldest_key
from siegelpost.flows.access_log import CANARY
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db

MARKED_WITHIN: Final = timedelta(hours=2)
"""The worker leaves a mark every hour."""


@check(
    "2.2-02",
    _(
        "An entry that the worker writes every hour is found again, and none was changed, removed or put in. "
        "Amber where the key of a day is missing: then only hashes are compared. Whether each request left one is not counted."
    ),
    every=timedelta(hours=1),
    limit=120,
    scope=TENANT,
    whole=False,
)
def runs_unchanged(tenant: TenantDB, around: Around) -> Finding:
    """Opens and reads all entries that still have content."""
    broken, marked, sealed = _looked_at(tenant, around)
    return finding(red=broken, amber=not marked or sealed, changed_batches=broken, marked=marked, without_key=sealed)


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
    broken, marked, sealed = _looked_at(operator_db(), around)
    found = {"operator_changed_batches": broken, "operator_marked": marked, "operator_without_key": sealed}
    return finding(red=broken, amber=not marked or sealed, **found)


def _looked_at(log: Logged, around: Around) -> tuple[int, bool, int]:
    """How many batches are not what was vouched for, whether the mark of the last hours is there, and how many entries have no key."""
    broken, since = len(damaged(log)), around.now - MARKED_WITHIN
    found = () if broken else accesses(log, since.astimezone(UTC).date(), around.now.astimezone(UTC).date())
    return broken, any(one.who == str(CANARY) and one.at >= since for one in found), _without_key(log)


def _without_key(log: Logged) -> int:
    return sum(unreadable(log, date.min, date.max).values())


@check(
    "2.2-03",
    _(
        "Nothing in the access log is older than 45 days, no key either, and nothing younger has lost its content or its key (after a copy "
        "was put back: red until those days are over). Keys lie where copies leave them out; whether one took them along is not seen."
    ),
    every=timedelta(days=1),
    limit=30,
    scope=TENANT,
    whole=False,
)
def is_forgotten_in_time(tenant: TenantDB, around: Around) -> Finding:
    """Counts content and keys that are there too long, and what is gone too early. A lost key is not one that was destroyed in time:
    nobody can tell whoever put a copy back from whoever wants something not to be read."""
    return _kept_right(tenant, around, "")


@check(
    "2.2-03",
    _("The same of the operator's own access log: no content and no key older than 45 days, none gone before."),
    every=timedelta(days=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
)
def operators_is_forgotten_in_time(around: Around) -> Finding:
    """Logins, and what the operator does to the installation."""
    return _kept_right(operator_db(), around, "operator_")


def _kept_right(log: Logged, around: Around, whose: str) -> Finding:
    days, key_days = (_days(day, around) for day in (oldest_content(log), oldest_key(log)))
    early, sealed = lost(log, now=around.now), _without_key(log)
    found = {"oldest_days": days, "oldest_key_days": key_days, "lost_early": early, "without_key": sealed}
    red = max(days, key_days) > KEPT.days or early or sealed
    return finding(red=red, **{whose + name: figure for name, figure in found.items()})


def _days(day: date | None, around: Around) -> int:
    return (around.now.astimezone(UTC).date() - day).days if day else 0


CHECKS = (runs_unchanged, operators_runs_unchanged, is_forgotten_in_time, operators_is_forgotten_in_time)

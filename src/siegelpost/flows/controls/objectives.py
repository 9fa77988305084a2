"""Checks of the objectives over entry, access and separation: each is as good as what it consists of."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Final

from siegelpost.accounts.reads import operators
from siegelpost.audience.purposes import without_purpose
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.controls import EVIDENCED, GREEN, INSTALLATION, RED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.access import FAILED, OK, REFUSED, Access, accesses
from siegelpost.evidence.reads import entries
from siegelpost.flows.purposes import REFUSED as PURPOSE_REFUSED
from siegelpost.governance.results import Kept, results, results_of_installation
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db

ENTRY: Final = tuple(f"1.2-{number:02}" for number in (1, 2, 3, 4, 6, 8, 9, 11, 12, 13, 14))
ACCESS: Final = (("1.3-01", "1.3-02", "1.3-04", "1.3-05", "1.3-06"), ("1.3-03", "1.3-04"))
SEPARATION: Final = (("1.4-01", "1.4-02", "1.4-03", "1.4-05"), ("1.4-02", "1.4-03", "1.4-04"))
"""Parts that are watched for each tenant, and for the installation."""
OLD: Final = timedelta(days=2)
"""The slowest of their checks is made once a day."""
SLOW: Final = {"1.4-05": timedelta(days=14)}
"""But for this one, once a week."""
DAY: Final = timedelta(days=1)
MANY: Final = 500
"""Logins that fail within a day: more than people mistype, even a few hundred of them."""


@check(
    "1.2-00",
    _(
        "The controls 1.2-01 to 1.2-14 that are watched for the installation were looked at within two days and are kept (1.2-05, 1.2-07 "
        "and 1.2-10 are not watched), and fewer than 500 logins failed within a day. Failed and stopped logins and logins of those who "
        "run the installation are counted; whose they were, the access log alone knows."
    ),
    every=timedelta(hours=1),
    limit=120,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def only_the_entitled_enter(around: Around) -> Finding:
    """As good as the worst of its parts; amber while somebody guesses."""
    red, unsure = _parts(results_of_installation(), ENTRY, around)
    today, running = around.now.astimezone(UTC).date(), {str(Actor.staff(one.pk)) for one in operators()}
    logins = [one for one in accesses(operator_db(), today - DAY, today) if _is_login(one) and around.now - one.at < DAY]
    failed, stopped = (sum(one.result == result for one in logins) for result in (FAILED, REFUSED))
    return finding(
        red=red, amber=unsure or failed >= MANY, parts_not_kept=red, parts_unsure=unsure, logins_failed=failed, logins_stopped=stopped,
        logins_of_operators=sum(one.result == OK and one.who in running for one in logins),
    )  # fmt: skip


@check(
    "1.3-00",
    _(
        "The controls 1.3-01 to 1.3-06 were looked at within two days and are kept. That every page, operation and command asks for its "
        "right is held by tests of each release, whose result does not travel with the release. Archives and disposal "
        "(1.3-07 to 1.3-09) are not watched."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def only_the_entitled_reach_data(tenant: TenantDB, around: Around) -> Finding:
    """As good as the worst of its parts."""
    red, unsure = _both(tenant, ACCESS, around)
    return finding(red=red, amber=unsure, parts_not_kept=red, parts_unsure=unsure)


@check(
    "1.4-00",
    _(
        "The controls 1.4-01 to 1.4-05 were looked at in time and are kept, and each field says for which purpose it is kept. Amber "
        "where a list does not say its purpose and ground. Mailings to lists of two purposes that were refused within 30 days are "
        "counted. Whether data that left serve their purpose elsewhere is not seen."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def serves_its_purpose(tenant: TenantDB, around: Around) -> Finding:
    """Red, too, where a field has none."""
    red, unsure = _both(tenant, SEPARATION, around)
    fields = fields_of(tenant)
    without = sum(not one.purpose.strip() for one in fields)
    silent, since = without_purpose(tenant), around.now - timedelta(days=30)
    refused = sum(one["at"] >= since for one in entries(tenant, act=PURPOSE_REFUSED, limit=1_000))
    return finding(
        red=red or without, amber=unsure or silent, parts_not_kept=red, parts_unsure=unsure, fields=len(fields),
        fields_without_purpose=without, lists_without_purpose=silent, uses_refused=refused,
    )  # fmt: skip


def _both(tenant: TenantDB, parts: tuple[tuple[str, ...], tuple[str, ...]], around: Around) -> tuple[list[str], list[str]]:
    """A part that is watched for both counts once, by the worse of them."""
    here, there = _parts(results(tenant), parts[0], around), _parts(results_of_installation(), parts[1], around)
    red = sorted({*here[0], *there[0]})
    return red, sorted({*here[1], *there[1]} - {*red})


def _parts(kept: Mapping[str, Kept], parts: tuple[str, ...], around: Around) -> tuple[list[str], list[str]]:
    """Those that are not kept, and those that need attention or that nobody looked at lately."""
    red = [one for one in parts if one in kept and kept[one].state == RED]
    return red, [one for one in parts if one not in red and not _is_green(one, kept.get(one), around)]


def _is_green(part: str, one: Kept | None, around: Around) -> bool:
    return one is not None and one.state == GREEN and abs(around.now - one.checked_at) <= SLOW.get(part, OLD)


def _is_login(one: Access) -> bool:
    return one.area == "entry" and one.verb.partition(":")[0] == "login"


CHECKS = (only_the_entitled_enter, only_the_entitled_reach_data, serves_its_purpose)

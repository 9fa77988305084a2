"""Check of the objective over all logs of who did what: it is as good as what it consists of, and whoever reads a log is logged."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, GREEN, RED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.reads import since
from siegelpost.flows import access_log, disclosed, input_log
from siegelpost.governance.results import Kept, results
from siegelpost.tenancy.handle import TenantDB

PARTS: Final = tuple(f"2.2-{number:02}" for number in range(1, 11))
OLD: Final = timedelta(days=2)
"""The slowest of their checks is made once a day."""
READ: Final = ("access.read", "access.search_read", access_log.EXPORTED, input_log.EXPORTED, disclosed.ASKED, disclosed.EXPORTED)
"""Acts by which somebody learns who did what."""


@check(
    "2.2-00",
    _(
        "Each of the controls 2.2-01 to 2.2-10 was looked at within two days and is kept; how often somebody read a log is counted. "
        "Whether who reads may do so is not looked at again."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def can_be_found_out(tenant: TenantDB, around: Around) -> Finding:
    """As good as the worst of them; one that nobody looked at is not green."""
    kept = results(tenant)
    red = [one for one in PARTS if one in kept and kept[one].state == RED]
    unsure = [one for one in PARTS if one not in red and not _is_green(kept.get(one), around)]
    return finding(red=red, amber=unsure, parts_not_kept=red, parts_unsure=unsure, logs_read=len(since(tenant, READ, 0)))


def _is_green(one: Kept | None, around: Around) -> bool:
    return one is not None and one.state == GREEN and abs(around.now - one.checked_at) <= OLD


CHECKS = (can_be_found_out,)

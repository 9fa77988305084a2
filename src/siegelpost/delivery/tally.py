"""The conservation law: whoever was in the audience is in exactly one state, always.

audience = excluded by reason + due + claimed + sent + retry + bounced + blocked + withdrawn + expired + unsure + cancelled
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import structlog

from siegelpost.delivery.models import Tally
from siegelpost.delivery.statements import change, read
from siegelpost.tenancy.handle import TenantDB

STATES: Final = ("due", "claimed", "sent", "retry", "bounced", "blocked", "withdrawn", "expired", "unsure", "cancelled")
AUDIENCE: Final = "audience"
EXCLUDED: Final = "excluded:"

log = structlog.get_logger(__name__)


def add(tenant: TenantDB, mailing_id: int, changes: Mapping[str, int]) -> None:
    """Change counters in the transaction that changes the rows; `changes` is state -> difference."""
    for state, n in sorted(changes.items()):
        if n:
            change(tenant, "tally_add", mailing=mailing_id, state=state, n=n)


def counts(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """All counters of a mailing, 0 for states that never occurred; excluded:REASON as they occur."""
    found = dict(tenant.objects(Tally).filter(mailing_id=mailing_id).values_list("state", "n"))
    return {AUDIENCE: 0, **dict.fromkeys(STATES, 0), **found}


def holds(found: Mapping[str, int]) -> bool:
    """Say whether counters obey the law."""
    return found[AUDIENCE] == sum(n for state, n in found.items() if state != AUDIENCE)


def rows(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """The deliveries themselves by state, for whoever does not trust the counters."""
    return {state: n for where, state, n in read(tenant, "count_rows", mailing=mailing_id) if where == "rows"}


def matches_rows(tenant: TenantDB, mailing_id: int) -> bool:
    """Count the rows themselves and compare: at launch, pause, resume, finish, after recovery and by the controls."""
    found, rows = Counter[str](), Counter[str]()
    for where, state, n in read(tenant, "count_rows", mailing=mailing_id):
        (rows if where == "rows" else found)[state] = n
    fits = holds(found) and all(found[state] == rows[state] for state in STATES)
    if not fits:
        log.error("delivery.conservation_broken", tenant=tenant.slug, mailing=mailing_id, counters=dict(found), rows=dict(rows))
    return fits

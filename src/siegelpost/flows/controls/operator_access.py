"""Check of the operator's access to tenants of others: nothing of it lies outside of what the tenant's own log says was open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from siegelpost.accounts.command_rules import needs_access
from siegelpost.accounts.reads import operators, runs_it_since
from siegelpost.base.controls import EVIDENCED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.access import OK, Access, accesses
from siegelpost.evidence.access_proof import KEPT
from siegelpost.evidence.reads import Act, since
from siegelpost.flows.operator_access import AGREED, AREA, ENTERED, LEFT
from siegelpost.tenancy.handle import TenantDB

COMMAND_LINE: Final = "operator"
"""As the access log calls it."""
A_MOMENT: Final = timedelta(seconds=5)
"""A request that was let in just before a visit ended is written down just after."""
EVER: Final = datetime.min.replace(tzinfo=UTC)

Windows = dict[str, list[tuple[datetime, datetime]]]
"""Who, as the access log calls them -> from when to when they were let in."""


@check(
    "1.3-01",
    _(
        "Whatever people of the operator looked at or changed in the tenant of another controller within 45 days, they did while the "
        "tenant's log says that an access was open. What somebody does past the system, on the machine itself, is not seen."
    ),
    every=timedelta(hours=1),
    limit=120,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def operator_was_let_in(tenant: TenantDB, around: Around) -> Finding:
    """Holds the access log against the log of acts; in the operator's own tenants there is nothing to hold."""
    if tenant.own:
        return finding(operator_acts=0, operator_outside=0, operator_emergencies=0)
    told = since(tenant, (ENTERED, LEFT, AGREED), 0)
    windows, people = _windows(told), _people()
    first, last = (around.now - KEPT).astimezone(UTC).date(), around.now.astimezone(UTC).date()
    acts = [one for one in accesses(tenant, first, last) if _is_ours(one, people)]
    outside = sum(not any(begin <= one.at <= end + A_MOMENT for begin, end in windows[one.who]) for one in acts)
    emergencies = sum(one.act == AGREED and one.at >= around.now - KEPT for one in told)
    return finding(red=outside, operator_acts=len(acts), operator_outside=outside, operator_emergencies=emergencies)


def _windows(told: Iterable[Act]) -> Windows:
    begun: dict[str, tuple[str, datetime, datetime]] = {}
    for one in told:
        if one.act == ENTERED:
            who = COMMAND_LINE if one.details["command_line"] else one.actor
            begun[one.subject] = (who, one.at, datetime.fromisoformat(one.details["until"]))
        elif one.act == LEFT and one.subject in begun:
            who, begin, until = begun[one.subject]
            begun[one.subject] = (who, begin, min(until, datetime.fromisoformat(one.details["ended"])))
    found: Windows = defaultdict(list)
    for who, begin, end in begun.values():
        found[who].append((begin, end))
    return found


def _people() -> dict[str, datetime]:
    """Who runs the installation, and since when: what they did before, they did as somebody else."""
    return {f"staff:{one.pk}": runs_it_since(one) or EVER for one in operators()}


def _is_ours(one: Access, people: dict[str, datetime]) -> bool:
    """Whether this is the operator on people's data."""
    if one.result != OK or (one.area == AREA and one.verb in ("enter", "leave")):
        return False
    if one.who == COMMAND_LINE:
        return needs_access(one.verb)
    return one.who in people and one.at >= people[one.who]


CHECKS = (operator_was_let_in,)

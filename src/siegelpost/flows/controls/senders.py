"""Check of the rules that mailbox providers expect of whoever sends to many."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.flows.csa import NO_MEMBER, check_list
from siegelpost.tenancy.handle import TenantDB

MEMBER: Final = _("Criteria kept, and a member by the operator's own word.")
BROKEN: Final = _("Not all criteria are kept.")


@check(
    "4.3-12",
    _("The criteria that can be measured, by live figures. What only a person can judge is left open; nobody asks the alliance."),
    every=timedelta(hours=1),
    limit=120,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def criteria_are_kept(tenant: TenantDB, around: Around) -> Finding:
    """To keep the criteria makes nobody a member."""
    found = check_list(tenant, settings=around.settings, now=around.now)
    broken = [one.key for one in found.criteria if one.kept is False]
    open_ones = [one.key for one in found.criteria if one.kept is None]
    verdict = BROKEN if broken else MEMBER if found.member_until else NO_MEMBER
    return finding(red=broken, verdict=verdict, not_kept=broken, to_be_judged=open_ones)


CHECKS = (criteria_are_kept,)

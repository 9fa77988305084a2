"""Checks of controls that this room can make."""

import time
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.claim import boottime
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.models import Launch, Slice
from siegelpost.delivery.recover import FOREIGN_LEASE
from siegelpost.delivery.tally import matches_rows
from siegelpost.delivery.upkeep import pause
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import boot_id

SETTLED_IN: Final = 120
"""Seconds in which a sending process settles what a dead one left."""
NAMED: Final = 20


@check(
    "3-11",
    _(
        "For every mailing that was launched, all deliveries are counted and compared with the counters and the audience; nothing is held "
        "by a sending process that is gone. How long a restoration takes is not measured."
    ),
    every=timedelta(hours=1),
    limit=120,
    scope=TENANT,
    whole=False,
)
def nothing_is_missing(tenant: TenantDB, around: Around) -> Finding:
    """A running mailing whose figures do not add up is paused, as everywhere where they are counted."""
    launched = list(tenant.objects(Launch).order_by("mailing_id").values_list("mailing_id", flat=True))
    broken = [mailing for mailing in launched if not matches_rows(tenant, mailing)]
    for mailing in broken:
        pause(tenant, mailing, ConservationBroken.code)
    late = _late_leases(tenant)
    return finding(red=broken, amber=late, mailings=len(launched), broken_mailings=broken[:NAMED], late_leases=late)


def _late_leases(tenant: TenantDB) -> int:
    """Slices that ended and that nobody has settled; those of another machine by its clock, which may differ from ours."""
    here, boot, now = boottime(), boot_id(), time.time()
    rows = tenant.objects(Slice).filter(state="open").values_list("boot_id", "lease_until", "claimed_at")
    return sum(until + SETTLED_IN < here if own == boot else claimed + FOREIGN_LEASE + SETTLED_IN < now for own, until, claimed in rows)


CHECKS = (nothing_is_missing,)

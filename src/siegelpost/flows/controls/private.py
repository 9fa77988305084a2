"""Checks of what is private by default: that deviations rest on something, and that tenants began so."""

from collections import Counter
from datetime import timedelta

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.flows.private_defaults import beginning, deviations
from siegelpost.governance.defaults.manifest import fingerprint, manifest
from siegelpost.tenancy.handle import TenantDB

DAY = timedelta(days=1)


@check(
    "4.3-00",
    _(
        "Every setting of a tenant is compared with the list of private defaults, which a release cannot loosen without a test that "
        "fails. Red where something is less private than that and the instruction on which it must rest is missing or over. Settings "
        "of the installation are the operator's and are listed, not judged."
    ),
    every=DAY,
    limit=120,
    scope=TENANT,
)
def nothing_is_loosened_unasked(tenant: TenantDB, around: Around) -> Finding:
    """Counts and names of settings, never of people."""
    lines = deviations(tenant, now=around.now)
    unfounded = sorted({one.name for one in lines if not one.sound})
    return finding(
        red=unfounded,
        settings_known=len(manifest()),
        less_private=dict(Counter(one.name for one in lines)),
        loosened_unfounded=unfounded,
        manifest=fingerprint()[:16],
    )


@check(
    "4.3-01",
    _(
        "The tenant's log has the settings with which it began, and a hash over them that fits; none was less private than the default. "
        "Amber for a tenant from before settings were recorded."
    ),
    every=DAY,
    limit=60,
    scope=TENANT,
)
def began_private(tenant: TenantDB, around: Around) -> Finding:
    """What was recorded when the tenant was made."""
    seen = beginning(tenant)
    if seen is None:
        return finding(amber=True, beginning_recorded=False)
    return finding(
        red=not seen.whole or seen.less_private,
        beginning_recorded=True,
        recorded_at=seen.at.isoformat(),
        beginning_hash=seen.digest[:16],
        less_private_at_beginning=list(seen.less_private),
    )


CHECKS = (nothing_is_loosened_unasked, began_private)

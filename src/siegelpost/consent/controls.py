"""Checks of controls that this room can make."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.consent.signups.models import SignUp
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.signups import open_sign_ups

SWEPT_IN: Final = timedelta(hours=2)
"""The worker deletes them every hour."""
REACHED: Final = {
    "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE type IN ('table', 'view') AND name LIKE 'signups%%'",
    "postgresql": "SELECT CASE WHEN has_schema_privilege(current_user, 'signups', 'USAGE') THEN 1 ELSE 0 END",
}
"""Whether whoever sends could read sign-ups with the rights of the tenant's own data."""


@check(
    "4.3-06",
    _(
        "Sending has no access to unconfirmed sign-ups, and none of them is kept beyond its end. "
        "What a confirmation mail says is not looked at."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
    whole=False,
)
def lie_apart(tenant: TenantDB, around: Around) -> Finding:
    """The store of sign-ups, and that of everything else."""
    with tenant.cursor() as cursor:
        cursor.execute(REACHED[tenant.vendor], [])
        reached = int(cursor.fetchone()[0])
    rows = open_sign_ups(tenant).objects(SignUp)
    late = rows.filter(expires_at__lt=around.now - SWEPT_IN).count()
    return finding(red=reached or late, waiting=rows.count(), overdue=late, readable_by_sending=bool(reached))


CHECKS = (lie_apart,)

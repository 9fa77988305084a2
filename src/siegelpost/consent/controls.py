"""Checks of controls that this room can make."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.consent.sign_ups import deleted_since
from siegelpost.consent.signups.models import SignUp
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.signups import open_sign_ups

SWEPT_IN: Final = timedelta(hours=2)
"""The worker deletes them every hour."""
REACHED: Final = {
    "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE type IN ('table', 'view') AND name LIKE 'signups%%'",
    "postgresql": (
        "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'signups' AND has_schema_privilege(current_user, oid, 'USAGE'))"
        " + (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'signups'"
        " AND c.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE'))"
    ),
}
"""In how many ways whoever sends could reach sign-ups with the rights of the tenant's own data."""
GRANTS: Final = (
    "SELECT pg_get_userbyid(a.grantee), string_agg(DISTINCT lower(a.privilege_type), ' ' ORDER BY lower(a.privilege_type))"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) a"
    " WHERE n.nspname = 'signups' GROUP BY 1 ORDER BY 1"
)
"""Who may do what with the tables of sign-ups."""
AGES: Final = (1, 7, 14, 30)
"""Days: so old at most are the sign-ups of each bar of the histogram."""


@check(
    "4.3-06",
    _(
        "Sending has no access to unconfirmed sign-ups, each address waits at most once, and none is kept beyond its end; how old they "
        "are and how many were deleted within 30 days. Words of a tenant's own in a confirmation mail are judged when they are saved, "
        "not here."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
    whole=False,
)
def lie_apart(tenant: TenantDB, around: Around) -> Finding:
    """The store of sign-ups, and that of everything else."""
    grants: list[str] = []
    with tenant.cursor() as cursor:
        cursor.execute(REACHED[tenant.vendor], [])
        reached = int(cursor.fetchone()[0])
        if tenant.vendor == "postgresql":
            cursor.execute(GRANTS, [])
            grants = [f"{role}: {can}" for role, can in cursor.fetchall()]
    rows = open_sign_ups(tenant).objects(SignUp)
    late = rows.filter(expires_at__lt=around.now - SWEPT_IN).count()
    evidence = {"waiting": rows.count(), "overdue": late, "readable_by_sending": bool(reached), "days_old": _ages(tenant, around.now)}
    deleted = deleted_since(tenant, around.now - timedelta(days=30))
    return finding(red=reached or late, **evidence, deleted_in_30_days=deleted, **({"grants": grants} if grants else {}))


def _ages(tenant: TenantDB, now: datetime) -> dict[str, int]:
    """How many sign-ups are how old: "1" for up to one day, "7" for up to seven, …"""
    asked = open_sign_ups(tenant).objects(SignUp).values_list("requested_at", flat=True).iterator()
    found = Counter(next((str(most) for most in AGES if now - one <= timedelta(days=most)), "older") for one in asked)
    return dict(sorted(found.items()))


CHECKS = (lie_apart,)

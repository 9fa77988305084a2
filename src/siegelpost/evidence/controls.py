"""Checks of controls that this room can make."""

from datetime import timedelta

from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.export import whole_log
from siegelpost.evidence.reads import signed
from siegelpost.evidence.stamps import unstamped
from siegelpost.evidence.verify import verify
from siegelpost.tenancy.append_only import unguarded
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db

STAMPED_WITHIN = timedelta(hours=1)


@check(
    "2.2-01",
    _("The system itself cannot change or remove an entry, and every entry is hashed anew and compared with all checkpoints."),
    every=timedelta(days=1),
    limit=600,
    scope=TENANT,
    whole=False,
)
def is_whole(tenant: TenantDB, around: Around) -> Finding:
    """The database refuses changes by triggers or rights; that nobody went past it is seen by the hashes."""
    open_tables = unguarded(tenant)
    if signed(tenant) is None:
        return finding(red=open_tables, amber=True, changeable_tables=open_tables, entries=0)
    found = verify(whole_log(tenant).lines)
    late = _unstamped(tenant, around)
    return finding(
        red=open_tables or found.counts,
        amber=late,
        unstamped=late,
        changeable_tables=open_tables,
        entries=found.entries,
        faults=dict(found.counts),
    )


@check(
    "2.2-01",
    _("Every entry of the operator's own log is hashed anew and compared with all its checkpoints."),
    every=timedelta(days=1),
    limit=600,
    scope=INSTALLATION,
    whole=False,
)
def operators_is_whole(around: Around) -> Finding:
    """Its witnesses are the mails of the tenants."""
    log = operator_db()
    if signed(log) is None:
        return finding(amber=True, operator_entries=0)
    found = verify(whole_log(log).lines)
    return finding(red=found.counts, operator_entries=found.entries, operator_faults=dict(found.counts))


def _unstamped(tenant: TenantDB, around: Around) -> bool:
    """Whether an authority was named and has not stamped the newest checkpoint, which has waited for an hour."""
    waits = unstamped(tenant) if around.settings.timestamp_url else None
    return waits is not None and around.now - waits.at > STAMPED_WITHIN


CHECKS = (is_whole, operators_is_whole)

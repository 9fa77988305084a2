"""A tenant leaves and everything of it is erased: always with a second person, for exactly this tenant and what was taken along of it.

The approval lies in the tenant's database and is erased with it: who asked and who agreed goes into the certificate. An erasure that was
interrupted and goes on does not come by here again.

Source: Art. 28(3)(g) and Art. 32(1)(b) GDPR; controls 1.3-06 and 1.4-03.
"""

from datetime import datetime

from siegelpost.accounts.approvals.acts import EXIT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.base.actor import Actor
from siegelpost.flows.approving import cover, find_cover
from siegelpost.flows.export_tenant import latest_export
from siegelpost.governance.departure.errors import ExportMissing
from siegelpost.governance.departure.rules import tidy_waiver
from siegelpost.tenancy.handle import TenantDB


def matter_of(tenant: TenantDB) -> str:
    """What the request is about, as it is found again."""
    return f"tenant:{tenant.number}"


def exit_wish(tenant: TenantDB, waived: str = "") -> Wish:
    """What a second person agrees to: this tenant, and the export that was opened, by its hash, or why there is none.

    Raises ExportMissing, WaiverUnusable.
    """
    reason, latest = tidy_waiver(waived), latest_export(tenant)
    if not reason and (latest is None or not latest.opened):
        raise ExportMissing
    digest = "" if reason or latest is None else latest.digest
    what = {"tenant": tenant.slug, "name": tenant.name, "export": digest, "waived": reason}
    return Wish(act=EXIT, matter=matter_of(tenant), what=what)


def ensure_may_erase(tenant: TenantDB, waived: str = "", *, actor: Actor, now: datetime) -> Approval | None:
    """Stand before the work begins. Raises as `find_cover`, and as `exit_wish`."""
    return find_cover(tenant, exit_wish(tenant, waived), actor=actor, now=now)


def approve_erasure(tenant: TenantDB, waived: str = "", *, actor: Actor, now: datetime) -> Approval | None:
    """Use the approval up. Raises as `ensure_may_erase`, and ApprovalOver where another process used it up at the same moment."""
    with tenant.atomic():
        return cover(tenant, exit_wish(tenant, waived), actor=actor, now=now)

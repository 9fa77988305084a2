"""A tenant leaves and everything of it is erased: with a second person where its rule "tenant.erase" asks for one.

For the flow that erases a tenant, in this order:

    ensure_may_erase(tenant, actor=actor, now=now)        before anything: nothing was touched when it raises
    …export, confirmation, whatever can still be taken back…
    used = approve_erasure(tenant, actor=actor, now=now)  the last step before the first row or file goes; used up, once
    …erase…

The approval lies in the tenant's database and is erased with it: put `used.id`, `used.digest`, `used.asker.number` and
`used.decided_by` into the operator's log and the certificate. An erasure that was interrupted and goes on does not come by here again.

Source: Art. 28(3)(g) and Art. 32(1)(b) GDPR; control 1.3-06.
"""

from datetime import datetime

from siegelpost.accounts.approvals.acts import EXIT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.base.actor import Actor
from siegelpost.flows.approving import cover, find_cover
from siegelpost.tenancy.handle import TenantDB


def exit_wish(tenant: TenantDB) -> Wish:
    """What a second person agrees to: this tenant, by number, short name and name."""
    return Wish(act=EXIT, matter=f"tenant:{tenant.number}", what={"tenant": tenant.slug, "name": tenant.name})


def ensure_may_erase(tenant: TenantDB, *, actor: Actor, now: datetime) -> None:
    """Stand before the work begins. Raises ApprovalNeeded, ApprovalWaits, ApprovalDiffers and AskerGone as `find_cover`."""
    find_cover(tenant, exit_wish(tenant), actor=actor, now=now)


def approve_erasure(tenant: TenantDB, *, actor: Actor, now: datetime) -> Approval | None:
    """Use the approval up; None where no rule asks for a second person.

    Raises as `ensure_may_erase`, and ApprovalOver where another process used it up at the same moment. Then nothing may be erased.
    """
    with tenant.atomic():
        return cover(tenant, exit_wish(tenant), actor=actor, now=now)

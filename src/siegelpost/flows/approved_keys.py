"""The keys of a sender domain are changed with a second person where the tenant's rule asks: whoever holds them signs as the tenant."""

from datetime import datetime

from siegelpost.accounts.approvals.acts import ROTATE
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.base.actor import Actor
from siegelpost.flows.approving import cover
from siegelpost.mailings.reads import domain_by_id
from siegelpost.tenancy.handle import TenantDB


def approve_keys(tenant: TenantDB, domain_id: int, *, unseen: bool, actor: Actor, now: datetime) -> Approval | None:
    """Stand before new keys are made, or (`unseen`) sign although nobody saw them published; in that transaction. Raises as `cover`."""
    what = {"domain": domain_id, "name": domain_by_id(tenant, domain_id).domain, "unseen": unseen}
    return cover(tenant, Wish(act=ROTATE, matter=f"domain:{domain_id}", what=what), actor=actor, now=now)

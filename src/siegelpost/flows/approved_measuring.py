"""The moment from which people are measured one by one: with a second person where the tenant's rule "measuring.personalise" asks.

For whoever builds the switch: call `approve_personalised` inside the transaction in which it is turned on. Until there is one, the
instruction on which it would rest falls under the same rule (`flows.approved_instruction`); a mailing that asks for it is refused
(`measure.policy`).
"""

from datetime import datetime
from typing import Any

from siegelpost.accounts.approvals.acts import MEASURE
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.base.actor import Actor
from siegelpost.flows.approving import cover
from siegelpost.tenancy.handle import TenantDB


def approve_personalised(tenant: TenantDB, matter: str, what: dict[str, Any], *, actor: Actor, now: datetime) -> Approval | None:
    """The approval that is used up; None where no rule asks.

    matter  what is switched, by id: "mailing:3", "tenant:7"
    what    small JSON of all that matters about it, without anybody's address

    Raises as `cover`: then nothing may be turned on.
    """
    return cover(tenant, Wish(act=MEASURE, matter=matter, what=what), actor=actor, now=now)

"""The moment from which people are measured one by one: a second person agrees to it, in every tenant, whatever its rules say.

`flows.singly` calls it inside the transaction in which it is opened. The instruction on which it rests falls under the tenant's rule
"measuring.personalise", where there is one (`flows.approved_instruction`).
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
    """The approval that is used up.

    matter  what is switched, by id: "mailing:3", "tenant:7"
    what    small JSON of all that matters about it, without anybody's address

    Raises as `cover`: then nothing may be turned on.
    """
    return cover(tenant, Wish(act=MEASURE, matter=matter, what=what), actor=actor, now=now)

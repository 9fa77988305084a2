"""An instruction of the tenant is recorded with a second person where its rule asks for one: what the operator does rests on it."""

from datetime import datetime

from siegelpost.accounts.approvals.acts import INSTRUCT, MEASURE
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.base.actor import Actor
from siegelpost.flows.approving import cover
from siegelpost.governance.instructions.documents import digest_of
from siegelpost.governance.instructions.rules import PERSONALISED
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.tenancy.handle import TenantDB


def approve_instruction(tenant: TenantDB, new: NewInstruction, *, actor: Actor, now: datetime) -> Approval | None:
    """Stand before it is recorded, in the same transaction. Raises as `cover`."""
    return cover(tenant, instruction_wish(tenant, new), actor=actor, now=now)


def instruction_wish(tenant: TenantDB, new: NewInstruction) -> Wish:
    """What a second person agrees to: kind, person and days, and the document by its hash.

    One that lets people be measured one by one falls under the rule about that, where the tenant has one.
    """
    act = MEASURE if new.kind == PERSONALISED and rule_of(tenant, MEASURE).needed else INSTRUCT
    digest, term = digest_of(new.document), new.term
    what = {
        "kind": new.kind,
        "by": " ".join(new.given_by.split()),
        "from": term.since.isoformat() if term else None,
        "until": term.until.isoformat() if term and term.until else None,
        "document": digest,
    }
    return Wish(act=act, matter=f"instruction:{digest}", what=what)

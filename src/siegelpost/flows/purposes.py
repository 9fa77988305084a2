"""Lists are used for what they are for; to serve two purposes at once takes an instruction."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from siegelpost.audience import purposes
from siegelpost.audience.errors import PurposesDiffer
from siegelpost.audience.reads import list_by_name
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.governance.instructions.reads import require, valid
from siegelpost.governance.instructions.rules import OTHER
from siegelpost.tenancy.handle import TenantDB

REFUSED: Final = "purpose.refused"


def ensure_one_purpose(tenant: TenantDB, list_ids: Collection[int], *, use: str, actor: Actor, now: datetime) -> None:
    """Stand before people of several lists are used at once; what is refused is written down, in its own transaction.

    use  what they are wanted for, as the log names it ("mailing:7")

    Raises PurposesDiffer. Source: Art. 5(1)(b), 25(1) GDPR; control 1.4-00.
    """
    wanted = purposes.differing(purposes.purposes_of(tenant.unlimited, list_ids))
    if not wanted:
        return
    running = {one.id for one in valid(tenant.unlimited, OTHER, now=now)}
    may = {pair for pair, number in purposes.joined(tenant.unlimited).items() if number in running}
    refused = [pair for pair in wanted if pair not in may]
    if not refused:
        return
    with tenant.atomic():
        details = {"lists": sorted(list_ids), "purposes": [list(pair) for pair in refused]}
        append(tenant, REFUSED, subject=use, details=details, actor=actor, at=now)
    raise PurposesDiffer(first=refused[0][0], second=refused[0][1])


def join_purposes(tenant: TenantDB, one: str, other: str, *, instruction_id: int, actor: Actor, now: datetime) -> None:
    """Let the purposes of two lists, named by their names, be served by one mailing. Raises ListUnknown, InstructionMissing, NoPurpose."""
    first, second = (list_by_name(tenant, name) for name in (one, other))
    purposes.need(first, second)
    require(tenant, OTHER, instruction_id, now=now)
    with tenant.atomic():
        purposes.join(tenant, first.purpose, second.purpose, instruction_id=instruction_id, actor=actor, now=now)

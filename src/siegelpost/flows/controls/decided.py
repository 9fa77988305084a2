"""Acts without a number that a rule holds back, told from the log: instructions that were recorded, keys that were changed."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from siegelpost.accounts.approval_rules import DONE
from siegelpost.accounts.approvals.acts import INSTRUCT, MEASURE, ROTATE
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.evidence.reads import Act
from siegelpost.governance.instructions.rules import PERSONALISED
from siegelpost.governance.instructions.services import RECORDED
from siegelpost.mailings.domain_rotation import KEYS_MADE, KEYS_SWITCHED
from siegelpost.tenancy.handle import TenantDB

DECIDED: Final = (RECORDED, KEYS_MADE, KEYS_SWITCHED)
"""What the log calls them."""


def undecided(tenant: TenantDB, log: Iterable[Act], known: Iterable[Approval]) -> dict[str, int]:
    """How many of each kind happened, by the rule of their moment, beyond those that somebody approved.

    Changing over to keys that a check has seen published is the end of what was approved before; with `permitted` it is an act.
    """
    entries, used = list(log), Counter((one.act, one.matter) for one in known if one.state == DONE)
    keys = [one for one in entries if one.act == KEYS_MADE or (one.act == KEYS_SWITCHED and one.details["permitted"])]
    orders = [one for one in entries if one.act == RECORDED]
    return {
        "keys_unapproved": _beyond(Counter((ROTATE, one.subject) for one in keys if _asks(tenant, ROTATE, one)), used),
        "instructions_unapproved": _beyond(Counter(filter(None, (_order(tenant, one) for one in orders))), used),
    }


def _order(tenant: TenantDB, one: Act) -> tuple[str, str] | None:
    """Act and matter of an instruction that needed somebody, as `flows.approved_instruction` names them."""
    act = MEASURE if one.details["kind"] == PERSONALISED and _asks(tenant, MEASURE, one) else INSTRUCT
    return (act, f"instruction:{one.details['hash']}") if _asks(tenant, act, one) else None


def _asks(tenant: TenantDB, act: str, one: Act) -> bool:
    return rule_of(tenant, act, at=one.at).asks(1)


def _beyond(happened: "Counter[tuple[str, str]]", used: "Counter[tuple[str, str]]") -> int:
    return sum((happened - used).values())

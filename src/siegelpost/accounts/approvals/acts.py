"""The acts for which a tenant can ask for a second person: only those that the system can hold back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

APPROVE: Final = "approvals.approve"
"""The right without which nobody decides; a rule can ask for the right to the act itself beside it."""
SEND: Final = "mailing.send"
EXPORT: Final = "people.export"
GRANT: Final = "role.grant"
ERASE: Final = "person.erase"
EXIT: Final = "tenant.erase"
INSTRUCT: Final = "instruction.record"
MEASURE: Final = "measuring.personalise"
ROTATE: Final = "keys.change"
LOOSEN: Final = "rule.loosen"
READ: Final = "people.read"
FEW: Final = 1_000
"""Suggested for acts with a number: below it a slip reaches people whom one could still write to by hand."""
MANY: Final = 10_000
"""People above which an export or a day's reading by one program needs its own right and a reason, where the tenant says nothing."""


@dataclass(frozen=True, slots=True)
class Act:
    """One of them.

    code     as logs and programs call it
    right    what whoever asks must be allowed, when they ask and again when it is done
    counted  whether the rule has a number of people above which it holds
    """

    code: str
    right: str
    counted: bool = False


ACTS: Final = {
    one.code: one
    for one in (
        Act(SEND, "sending.approve", counted=True),
        Act(EXPORT, "subscribers.export", counted=True),
        Act(GRANT, "staff.see"),
        Act(ERASE, "subscribers.delete"),
        Act(EXIT, "settings.edit"),
        Act(INSTRUCT, "instructions.create"),
        Act(MEASURE, "instructions.create"),
        Act(ROTATE, "senders.edit"),
        Act(LOOSEN, "approvals.edit"),
    )
}
"""Each is held back somewhere: a rule that holds nothing back would be a lie."""
OFFERED: Final = (SEND, EXPORT, GRANT, ERASE, INSTRUCT, MEASURE, ROTATE)
"""Those with a rule of their own; LOOSEN needs a second person as soon as one of these does."""
ALWAYS: Final = (EXIT,)
"""What nobody takes back needs a second person in every tenant, whatever its rules are. MEASURE does, too, where it is opened; the rule
of a tenant says whether recording the instruction needs one already."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one act.

    needed     whether a second person is asked for at all
    threshold  people above which it is; 0 for acts without a number
    own_right  whether whoever decides must be allowed the act themselves
    number     of the row that says so, 0 where the tenant never said anything
    """

    act: str
    needed: bool = False
    threshold: int = 0
    own_right: bool = False
    number: int = 0

    def asks(self, size: int) -> bool:
        """Whether an act on so many people needs a second person; acts without a number always come with 1."""
        return self.needed and size > self.threshold

    @property
    def deciders(self) -> frozenset[str]:
        """The rights that whoever decides must have."""
        return frozenset({APPROVE, ACTS[self.act].right} if self.own_right else {APPROVE})


def loosens(before: Rule, after: Rule) -> bool:
    """Whether `after` lets through something that `before` would have held back."""
    if not before.needed:
        return False
    return not after.needed or after.threshold > before.threshold or (before.own_right and not after.own_right)


def held(rules: Iterable[Rule]) -> bool:
    """Whether any of these rules asks for a second person: then nobody loosens one of them alone."""
    return any(rule.needed for rule in rules)


def ceiling(size: int) -> int:
    """To how many people an approval holds that was asked for `size`: people join between request and act, but not twice as many."""
    return size + max(10, size // 10)

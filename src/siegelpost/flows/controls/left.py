"""Files of refused rows and what programs read, held against the approvals of exports: for the check of 1.3-06."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from siegelpost.accounts.approval_rules import DONE
from siegelpost.accounts.approvals.acts import EXPORT
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.evidence.reads import Act
from siegelpost.flows.read_people import ACT as READ
from siegelpost.flows.refused_rows import ACT as REFUSED
from siegelpost.flows.refused_rows import AT_IMPORT
from siegelpost.tenancy.handle import TenantDB

LEFT: Final = (REFUSED, READ)
Rules = list[tuple[dict[str, Any], datetime]]


def left_unapproved(tenant: TenantDB, log: Iterable[Act], known: Iterable[Approval], rules: Rules) -> int:
    """How many files of refused rows, and days of a program, went beyond the rule of their moment without an approval for as many."""
    lowest = min((int(said["threshold"]) for said, _at in rules if said["act"] == EXPORT and said["needed"]), default=None)
    if lowest is None:
        return 0
    done = [one for one in known if one.act == EXPORT and one.state == DONE]
    acts = list(log)
    return _refused(tenant, acts, done, lowest) + _read(tenant, acts, done, lowest)


def _refused(tenant: TenantDB, log: list[Act], done: list[Approval], lowest: int) -> int:
    """Each file uses up one approval, which is about that import."""
    left, found = Counter(one.matter for one in done), 0
    most = {one.matter: one.at_most for one in done}
    for one in log:
        size = int(one.details.get("rows", 0)) if one.act == REFUSED and not one.details.get(AT_IMPORT) else 0
        if size > lowest and rule_of(tenant, EXPORT, at=one.at).asks(size):
            at_most = most.get(one.subject)
            found += not left[one.subject] or (at_most is not None and size > at_most)
            left[one.subject] -= left[one.subject] > 0
    return found


def _read(tenant: TenantDB, log: list[Act], done: list[Approval], lowest: int) -> int:
    """What a program read on a day (UTC) counts together; one approval holds for the day, to as many people as it names."""
    read: dict[tuple[str, str], int] = defaultdict(int)
    beyond: set[tuple[str, str]] = set()
    for one in (one for one in log if one.act == READ):
        day = (one.actor, one.at.astimezone(UTC).date().isoformat())
        read[day] += int(one.details.get("people", 0))
        if read[day] > lowest and rule_of(tenant, EXPORT, at=one.at).asks(read[day]) and not _is_covered(day, read[day], done):
            beyond.add(day)
    return len(beyond)


def _is_covered(day: tuple[str, str], people: int, done: list[Approval]) -> bool:
    return any(one.matter == day[0] and one.what.get("day") == day[1] and (one.at_most is None or people <= one.at_most) for one in done)

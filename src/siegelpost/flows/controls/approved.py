"""Checks of approvals: what happened is compared with what was approved, and what was approved with the log."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from siegelpost.accounts.approval_rules import DONE, EXPIRED, LIFE
from siegelpost.accounts.approvals import requests
from siegelpost.accounts.approvals.acts import EXPORT, GRANT, SEND
from siegelpost.accounts.approvals.reads import Approval, approvals
from siegelpost.accounts.approvals.standing import SET, rule_of, told
from siegelpost.base.controls import EVIDENCED, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.tally import rows
from siegelpost.evidence.reads import Act, since
from siegelpost.flows.approved_export import HANDED_OVER
from siegelpost.flows.approved_launch import frozen_people, is_covered
from siegelpost.flows.controls.decided import DECIDED, undecided
from siegelpost.flows.controls.left import LEFT, left_unapproved
from siegelpost.flows.export_list import ACT as EXPORTED
from siegelpost.flows.recipients import ACT as RECIPIENTS
from siegelpost.flows.rights_at import gains
from siegelpost.governance.handover.services import UPLOAD
from siegelpost.mailings.browse import Standing
from siegelpost.mailings.recent import begun_since
from siegelpost.mailings.state import CANCELLED, PAUSED
from siegelpost.tenancy.handle import TenantDB

ALL: Final = 1_000_000
PREPARED: Final = "handover.prepared"
RECENT: Final = timedelta(days=30)
FILES: Final = (EXPORTED, RECIPIENTS)
HELD_BACK: Final = frozenset({"due", "retry", "cancelled"})

Done = tuple[datetime, int, dict[str, Any]]
"""When, to how many people, and what the log says of it."""


@check(
    "1.3-06",
    _(
        "Mailings to more people than the tenant's rule, large exports, files of refused rows, what programs read on a day, new"
        " rights, instructions and new keys of sender domains all had the approval of a second person, by the rule of that "
        "moment: what was done is compared with what was approved. Nobody approved their own request, each step stands in the "
        "log with the hash of what was approved, and no request waited for seven days in vain."
    ),
    every=timedelta(hours=1),
    limit=120,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def approved(tenant: TenantDB, around: Around) -> Finding:
    """Whatever was done past the system has no approval, and an approval that was made up has no entry in the log.

    A tenant that never used any of this costs nothing; the log of others is read once.
    """
    rules, known = told(tenant), approvals(tenant, now=around.now, limit=ALL)
    log = since(tenant, (*FILES, *LEFT, PREPARED, SET, *DECIDED, *_STEPS), 0) if rules or known else []
    grants = _grants(tenant) if rules else []
    figures = {
        "mailings_unapproved": sum(not _is_approved(tenant, one, around.now) for one in _mailings(tenant, rules)),
        "exports_unapproved": _unapproved(tenant, EXPORT, _files(log), known) + _handed_over(tenant, log, known),
        "left_unapproved": left_unapproved(tenant, log, known, rules),
        "grants_unapproved": _unapproved(tenant, GRANT, grants, known),
        **undecided(tenant, log, known),
        "approvals_unsound": sum(not _is_sound(one) for one in known),
        "steps_not_in_log": _unlogged(log, known) + _rules_unlogged(log, rules),
    }
    vain = sum(_in_vain(one, around.now) for one in known)
    return finding(red=any(figures.values()), amber=vain, requests=len(known), expired_unanswered=vain, **figures)


def _mailings(tenant: TenantDB, rules: list[tuple[dict[str, Any], datetime]]) -> list[Standing]:
    """Those that began after the first rule about sending."""
    first = min((at for said, at in rules if said["act"] == SEND), default=None)
    return begun_since(tenant, first) if first else []


def _is_approved(tenant: TenantDB, one: Standing, now: datetime) -> bool:
    """The rows are counted for a month; from then on the counters, which other checks hold against the rows."""
    if one.launched_at and now - one.launched_at > RECENT:
        return is_covered(tenant, one.id, frozen_people(tenant, one.id), now=now)
    found = rows(tenant, one.id)
    if one.state in (PAUSED, CANCELLED) and not found.keys() - HELD_BACK:
        return True  # held back before the first message
    return is_covered(tenant, one.id, sum(found.values()), now=now)


def _files(log: list[Act]) -> list[Done]:
    """Files with people, by page and command; older entries about recipients do not say how many they were."""
    return [(one.at, int(one.details.get("rows", 0)), one.details) for one in log if one.act in FILES]


def _handed_over(tenant: TenantDB, log: list[Act], known: list[Approval]) -> int:
    """Hand-overs of lists and recipients above the rule of their moment, beyond those that were approved."""
    done = [one for one in log if one.act == PREPARED and one.details["source"] != UPLOAD]
    above = Counter(one.details["source"] for one in done if rule_of(tenant, EXPORT, at=one.at).asks(int(one.details["records"])))
    used = (one for one in known if one.state == DONE and one.matter.startswith(HANDED_OVER))
    approved = Counter(one.matter.removeprefix(HANDED_OVER) for one in used)
    return sum((above - approved).values())


def _grants(tenant: TenantDB) -> list[Done]:
    """Those of the host's command line are its own: it lets somebody in where nobody could decide."""
    return [(one.at, 1, dict(one.details)) for one in gains(tenant) if one.actor != "operator"]


def _unapproved(tenant: TenantDB, act: str, done: list[Done], known: list[Approval]) -> int:
    """Acts above the rule of their moment that name no approval for as many, or one that another act names, too."""
    by_number = {one.id: one for one in known if one.act == act and one.state == DONE}
    named = Counter(details.get("approval") for _at, _size, details in done)
    found = 0
    for at, size, details in done:
        if rule_of(tenant, act, at=at).asks(size):
            number = details.get("approval")
            one = by_number.get(number) if isinstance(number, int) else None
            found += one is None or named[number] > 1 or (one.at_most is not None and size > one.at_most)
    return found


def _is_sound(one: Approval) -> bool:
    """Whether two people made it in time, and the text is the one that was hashed."""
    if not one.intact:
        return False
    if one.decided_by is None or one.decided_at is None:
        return one.state != DONE
    return one.decided_by != one.asker.number and one.asked_at <= one.decided_at < one.asked_at + LIFE


def _unlogged(log: list[Act], known: list[Approval]) -> int:
    steps = Counter((one.act, one.subject, str(one.details.get("hash"))) for one in log if one.act in _STEPS)
    return sum(steps[step] != 1 for one in known for step in _steps(one))


def _steps(one: Approval) -> Iterable[tuple[str, str, str]]:
    subject = f"approval:{one.id}"
    yield requests.REQUESTED, subject, one.digest
    if one.decided_by is not None:
        yield requests.REFUSED if one.refused else requests.AGREED_TO, subject, one.digest
    if one.ended:
        yield f"approval.{one.ended}", subject, one.digest


def _rules_unlogged(log: list[Act], rules: list[tuple[dict[str, Any], datetime]]) -> int:
    written = [one.details for one in log if one.act == SET]
    return sum(one not in written for one, _at in rules) + abs(len(written) - len(rules))


def _in_vain(one: Approval, now: datetime) -> bool:
    unanswered = one.decided_by is None and (one.state == EXPIRED or one.ended == requests.EXPIRED)
    return unanswered and now - one.asked_at < LIFE + RECENT


_STEPS: Final = (
    *(requests.REQUESTED, requests.AGREED_TO, requests.REFUSED, requests.EXECUTED),
    *(f"approval.{how}" for how in (requests.TAKEN_BACK, requests.REPLACED, requests.LEFT, requests.EXPIRED)),
)
CHECKS = (approved,)

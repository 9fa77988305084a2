"""What a report means for an address, as plain functions. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from siegelpost.delivery.statuses import IS_FULL, IS_GONE, IS_OURS, READ, Says, by_status, plain

DEFAULT_LIMIT: Final = 3  # hard bounces in a row that retire an address


class Verdict(StrEnum):
    """What one report says about one address.

    HARD    the address does not exist or takes no mail at all
    SOFT    it failed, but another mailing may arrive
    FULL    the mailbox is full
    POLICY  refused because of us or of the content: says nothing about the address
    NONE    no failure: delivered, relayed, or still being tried
    """

    HARD = "hard"
    SOFT = "soft"
    FULL = "full"
    POLICY = "policy"
    NONE = "none"


BOUNCES: Final = frozenset({Verdict.HARD, Verdict.SOFT, Verdict.FULL, Verdict.POLICY})

_VERDICTS: Final = {Says.GONE: Verdict.HARD, Says.FULL: Verdict.FULL, Says.OURS: Verdict.POLICY}
"""What a known code says; what is not known for certain is SOFT: an address is retired for a known reason."""
_VAGUE: Final = re.compile(r"5\.\d{1,3}\.0")

_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")  # and not a part of a network address
_REPLY: Final = re.compile(r"\b([45])\d\d\b")


def status_in(text: str) -> str:
    """Return the first enhanced status in a text ("smtp; 550 5.1.1 …" -> "5.1.1"), "" if there is none."""
    found = _STATUS.search(text[:READ])
    return found[0] if found else ""


def judge_status(status: str, action: str, diagnostic: str) -> Verdict:
    """Say what a delivery report says about one address.

    status      "class.subject.detail" (RFC 3463), "" if unknown
    action      failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3); anything else counts as failed
    diagnostic  what the other server said, in its own words; only its beginning is read

    A full mailbox and a refusal by policy are never HARD, whatever the status: some servers say 5.1.1 for both.
    """
    if action.strip().lower() in ("delayed", "delivered", "relayed", "expanded"):
        return Verdict.NONE
    words = plain(diagnostic)
    code = _exact(status.strip(), words)
    if code.startswith("2."):
        return Verdict.NONE
    if IS_FULL.search(words):
        return Verdict.FULL
    verdict = _by_code(code, words)
    if verdict is Verdict.HARD and IS_OURS.search(words):
        return Verdict.POLICY
    return verdict


def _exact(status: str, words: str) -> str:
    """The more telling of the report's status and that in the other server's words: many reports say 5.0.0 themselves."""
    if status and not _VAGUE.fullmatch(status):
        return status
    return status_in(words) or status or _class_of_reply(words)


def _class_of_reply(words: str) -> str:
    found = _REPLY.search(words)
    return f"{found[1]}.0.0" if found else ""


def _by_code(code: str, words: str) -> Verdict:
    says = by_status(code)
    if says in _VERDICTS:
        return _VERDICTS[says]
    found = _STATUS.fullmatch(code)
    if found is None or found[1] != "5":
        return Verdict.SOFT
    if IS_GONE.search(words):
        return Verdict.HARD
    return Verdict.POLICY if IS_OURS.search(words) else Verdict.SOFT


_MILDEST_FIRST: Final = (Verdict.NONE, Verdict.SOFT, Verdict.FULL, Verdict.POLICY, Verdict.HARD)


def mildest(verdicts: Iterable[Verdict]) -> Verdict:
    """One address may stand for several mailboxes (info@…): as long as one of them works, the address does."""
    return min(verdicts, key=_MILDEST_FIRST.index, default=Verdict.NONE)


def arrived_in_between(earlier: Iterable[tuple[bool, frozenset[Verdict]]]) -> bool:
    """Whether a mailing reached an address after its last hard bounce.

    earlier  what became of mailings to it, newest first: whether the other server took it, and how it came back
    """
    for taken, verdicts in earlier:
        if Verdict.HARD in verdicts:
            return False
        if taken and not verdicts:
            return True
    return False


def count(current: int, verdict: Verdict, *, limit: int = DEFAULT_LIMIT, delivered_between: bool = False) -> tuple[int, bool]:
    """Return the new number of hard bounces in a row of one address, and whether it is to be retired now.

    current            0.. before this report
    limit              1.. hard bounces in a row that retire an address
    delivered_between  a mailing arrived after the last hard bounce: the row begins anew

    Only HARD counts; the others neither add nor set back, for nothing was delivered.
    """
    before = 0 if delivered_between else current
    if verdict is not Verdict.HARD:
        return before, False
    return before + 1, before + 1 >= limit

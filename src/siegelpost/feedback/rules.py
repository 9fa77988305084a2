"""What a report means for an address, as plain functions. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

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

# RFC 3463 section 3, the IANA registry "SMTP Enhanced Status Codes", and what large receivers mean by them. Only
# permanent failures (class 5) are looked up; what is not named here is SOFT: an address is retired for a known reason.
_BY_STATUS: Final = {
    "1.1": Verdict.HARD,  # bad mailbox
    "1.2": Verdict.HARD,  # bad system
    "1.3": Verdict.HARD,  # bad syntax
    "1.6": Verdict.HARD,  # moved, no forwarding
    "1.7": Verdict.POLICY,  # our sender address
    "1.8": Verdict.POLICY,  # our sender domain
    "1.10": Verdict.HARD,  # the domain takes no mail (RFC 7505); Exchange: recipient not found
    "2.1": Verdict.HARD,  # mailbox disabled
    "2.2": Verdict.FULL,
    "2.3": Verdict.POLICY,  # our message is too long
    "3.4": Verdict.POLICY,  # our message is too big
    "4.4": Verdict.HARD,  # no route: the domain does not exist
    "4.310": Verdict.HARD,  # Exchange: the DNS domain does not exist
}
_POLICY_SUBJECTS: Final = frozenset({"6", "7"})  # content, security: about us (RFC 3463 sections 3.7 and 3.8)
_VAGUE: Final = re.compile(r"5\.\d{1,3}\.0")

_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")  # and not a part of a network address
_REPLY: Final = re.compile(r"\b([45])\d\d\b")
_ADDRESS: Final = re.compile(r"\S{1,64}@\S{1,255}")


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_IS_FULL: Final = _any(
    "quota",
    r"mailbox[ -](?:is[ -])?full",
    "full mailbox",
    r"exceed\w* (?:the )?(?:storage|mailbox)",
    "insufficient storage",
    "postfach (?:ist )?voll",
)
_IS_POLICY: Final = _any(
    r"\bspam",
    r"\bblock(?:ed|list)",
    "black ?list",
    "dnsbl",
    r"\brbl\b",
    "reputation",
    r"\b(?:dmarc|dkim|spf)\b",
    "rate.?limit",
    "too many (?:messages|connections)",
)
_IS_UNKNOWN: Final = _any(
    "user unknown",
    "unknown (?:user|recipient|mailbox)",
    "no such (?:user|mailbox|recipient|person|address)",
    r"(?:user|recipient|mailbox|address|account)[^.;]{0,40}"
    r"(?:not found|does(?: not|n't) exist|not exist|unavailable|disabled|inactive|unrouteable)",
    "recipient address rejected: access denied",  # Exchange Online's words for an unknown recipient, with 5.4.1
    "invalid recipient",
    "unrouteable address",
    "(?:host|domain)[^.;]{0,40} not found",
    "no mailbox here",
)
_READ: Final = 1_000  # characters of a diagnosis that are looked at: the reason stands at its beginning


def status_in(text: str) -> str:
    """Return the first enhanced status in a text ("smtp; 550 5.1.1 …" -> "5.1.1"), "" if there is none."""
    found = _STATUS.search(text[:_READ])
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
    words = _ADDRESS.sub("", diagnostic[:_READ])  # an address like spam@… says nothing
    code = _exact(status.strip(), words)
    if code.startswith("2."):
        return Verdict.NONE
    if _IS_FULL.search(words):
        return Verdict.FULL
    verdict = _by_code(code, words)
    if verdict is Verdict.HARD and _IS_POLICY.search(words):
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
    found = _STATUS.fullmatch(code)
    if found is None or found[1] != "5":
        return Verdict.FULL if found and (found[2], found[3]) == ("2", "2") else Verdict.SOFT
    if found[2] in _POLICY_SUBJECTS:
        return Verdict.POLICY
    known = _BY_STATUS.get(f"{found[2]}.{found[3]}")
    if known is not None:
        return known
    if _IS_UNKNOWN.search(words):
        return Verdict.HARD
    return Verdict.POLICY if _IS_POLICY.search(words) else Verdict.SOFT


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

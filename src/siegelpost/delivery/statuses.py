"""What an enhanced status code and the words beside it say about an address. Pure.

One table for two readers: delivery judges the replies of servers by it, feedback the reports that come back later.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Says(StrEnum):
    """What a code or a sentence says.

    GONE     the address does not exist or takes no mail at all
    FULL     the mailbox is full
    OURS     refused because of us or of the content
    UNCLEAR  none of these for certain
    """

    GONE = "gone"
    FULL = "full"
    OURS = "ours"
    UNCLEAR = "unclear"


# RFC 3463 section 3, the IANA registry "SMTP Enhanced Status Codes", and what large receivers mean by them
BY_STATUS: Final[Mapping[str, Says]] = {
    "1.1": Says.GONE,  # bad mailbox
    "1.2": Says.GONE,  # bad system
    "1.3": Says.GONE,  # bad syntax
    "1.6": Says.GONE,  # moved, no forwarding
    "1.7": Says.OURS,  # our sender address
    "1.8": Says.OURS,  # our sender domain
    "1.10": Says.GONE,  # the domain takes no mail (RFC 7505); Exchange: recipient not found
    "2.1": Says.GONE,  # mailbox disabled
    "2.2": Says.FULL,
    "2.3": Says.OURS,  # our message is too long
    "3.4": Says.OURS,  # our message is too big
    "4.4": Says.GONE,  # no route: the domain does not exist
    "4.310": Says.GONE,  # Exchange: the DNS domain does not exist
}
"""Subject and detail of a permanent failure (class 5)."""
_OURS: Final = frozenset({"6", "7"})  # subjects content and security (RFC 3463 sections 3.7 and 3.8)
_STATUS: Final = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")


def by_status(status: str) -> Says:
    """Say what "class.subject.detail" means; only a full mailbox is told from a failure for now (class 4)."""
    found = _STATUS.fullmatch(status)
    if found is None:
        return Says.UNCLEAR
    detail = f"{found[2]}.{found[3]}"
    if found[1] != "5":
        return Says.FULL if detail == "2.2" else Says.UNCLEAR
    return Says.OURS if found[2] in _OURS else BY_STATUS.get(detail, Says.UNCLEAR)


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


IS_FULL: Final = _any(
    "quota",
    r"mailbox[ -](?:is[ -])?full",
    "full mailbox",
    r"exceed\w* (?:the )?(?:storage|mailbox)",
    "insufficient storage",
    "out of storage space",  # Google, support.google.com/a/answer/3726730
    "(?:speichervolumen|allowed storage space)",  # web.de, sitepackage.de "Typische Fehlermeldungen bei Unzustellbarkeit"
    "postfach (?:ist )?voll",
)
IS_OURS: Final = _any(
    r"\bspam",
    r"\bblock(?:ed|list| list)",
    "black ?list",
    "dnsbl",
    r"\brbl\b",
    "reputation",
    r"\b(?:dmarc|dkim|spf)\b",
    "due to policy",  # GMX, web.de, IONOS: ionos.de/hilfe/e-mail/postmaster
    "unsolicited",  # Google, as above
    "rate.?limit",
    "too many (?:messages|connections)",
    # of our envelope sender: Postfix, postconf(5) reject_unknown_sender_domain; Exim, spec.txt "verify = sender"; qmail-control(5)
    r"\bsender (?:address|domain|verif|rejected|refused|denied)",
    r"\b(?:envelope|unknown|invalid|bad|verifying|verify) sender",
    "badmailfrom",
    # of our host: postconf(5) reject_invalid_helo_hostname, reject_unknown_reverse_client_hostname
    r"\b(?:helo|ehlo)\b",
    r"\breverse (?:dns|lookup|host)",
    r"\b(?:rdns|ptr)\b",
    r"\bbanned\b",
    r"\b(?:virus|malware)",
)
MAY_BE_OURS: Final = _any(
    "access denied",
    r"\bpolic(?:y|ies)\b",
    r"\b(?:un|not )authori[sz]ed",
    "administrative",  # Exim's "Administrative prohibition"
    "prohibit",
    "forbidden",
    "not permitted",
)
"""RFC 5321 section 4.2.3: a bare 550 is also what servers say that reject "for policy reasons"."""
IS_GONE: Final = _any(
    "user unknown",
    "unknown (?:user|recipient|mailbox|local part)",
    "no such (?:user|mailbox|recipient|person|address)",
    r"(?:user|recipient|mailbox|address|account)[^.;]{0,40}"
    r"(?:not found|does(?: not|n't) exist|not exist|unavailable|disabled|inactive|unrouteable)",
    r"user doesn't have a \w+\.?\w* account",  # Yahoo, senders.yahooinc.com/smtp-error-codes
    "recipient address rejected: access denied",  # Exchange Online's words for an unknown recipient, with 5.4.1
    "invalid recipient",
    "unrouteable address",
    "(?:host|domain)[^.;]{0,40} not found",
    "no mailbox here",
)
_NUMBERED: Final = re.compile(r"#([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS: Final = re.compile(r"\S{1,64}@\S{1,255}")
READ: Final = 1_000
"""Characters of a reply or a diagnosis that are looked at: the reason stands at its beginning."""


def status_in_words(said: str) -> str:
    """The status that qmail and IronPort write behind a "#": "sorry, no mailbox here by that name (#5.1.1)"; "" without one."""
    found = _NUMBERED.search(said)
    return found[1] if found else ""


def plain(words: str) -> str:
    """The beginning of what a server said, without addresses: spam@… says nothing."""
    return _ADDRESS.sub("", words[:READ])

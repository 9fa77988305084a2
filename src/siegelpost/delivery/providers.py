"""Replies by which a receiver says that it is about the sender: how it sees our host or our domain. Pure.

A status or a text stands here only with the place where it is documented; rules.md of the project names the same.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class About(StrEnum):
    """Whom a reply speaks of.

    MESSAGE  this message or this address
    DOMAIN   all our mail to this receiving domain
    RELAY    all our mail through this relay
    """

    MESSAGE = "message"
    DOMAIN = "domain"
    RELAY = "relay"


HOST_OR_DOMAIN: Final[Mapping[str, str]] = {
    "7.20": "RFC 7372: no DKIM signature that passes",
    "7.21": "RFC 7372: no acceptable DKIM signature",
    "7.22": "RFC 7372: no DKIM signature of the author",
    "7.23": "RFC 7372: SPF failed; Google 4.7.23: no PTR record",
    "7.24": "RFC 7372: error in the SPF record; Google 5.7.24, 4.7.24: suspicious SPF record",
    "7.25": "RFC 7372: reverse DNS failed; Google 5.7.25: no PTR record",
    "7.26": "RFC 7372: several authentication checks failed; Google 5.7.26, 4.7.26: sender is not authenticated",
    "7.27": "RFC 7505: our sender domain takes no mail; Google 5.7.27, 4.7.27: SPF does not pass",
    "7.28": "IANA registry, mail flood; Google 5.7.28, 4.7.28: unusual rate of unsolicited mail, or DKIM does not pass",
    "7.29": "Google 4.7.29: sent without TLS",
    "7.30": "Google 4.7.30: DKIM does not pass",
    "7.32": "Google 4.7.32: From is not aligned with SPF or DKIM",
    "7.515": "Microsoft 5.7.515: the sending domain does not meet the required authentication level",
    "7.606": "Microsoft 5.7.606: banned sending IP (sender.office.com)",
    "7.650": "Microsoft 4.7.650: rate limited due to IP reputation (aka.ms/postmaster)",
    "7.651": "Microsoft 4.7.651: rate limited due to IP reputation (aka.ms/postmaster)",
}
"""Subject and detail of a status -> where it is said that it is about our host or domain. Google: support.google.com/a/answer/3726730."""

_MARKS: Final[tuple[tuple[re.Pattern[str], About], ...]] = (
    # Microsoft: "(S3140)", "(AS3150)", "(S775)"; messages of Outlook.com's Protocol Filter Agent, aka.ms/postmaster
    (re.compile(r"\(A?(S\d{3,4})\)"), About.DOMAIN),
    # Microsoft: rate and connection limits RP-001 to RP-003, block list SC-001; postmastery.com/hotmail-throttling-and-powermta
    (re.compile(r"\b((?:RP|SC)-\d{3})\b"), About.DOMAIN),
    # Yahoo and AOL: deferred because of volume or complaints, senders.yahooinc.com/smtp-error-codes ("TS* Errors")
    (re.compile(r"\[(TSS?\d\d)\]"), About.DOMAIN),
    # Yahoo and AOL: refused because of the content ("PH* Errors"), same page
    (re.compile(r"\[(PH\d\d)\]"), About.MESSAGE),
    # T-Online: block list (BL), dial-up address (DIAL), no or bad reputation (NOWL); postmaster.t-online.de section 4,
    # spamresource.com/2020/06, help.creoline.com "Dialup/transient IP not allowed"
    (re.compile(r"\((BL|DIAL|NOWL)\)"), About.DOMAIN),
)
"""Codes of providers, which are kept beside the reply code."""
_HOST: Final = re.compile(
    r"ip address is block listed"  # GMX and web.de, postmaster.gmx.com/en/error-messages
    r"|reputation of the sending (?:ip|domain)"  # Google, as above
    r"|rate limit reached",  # IONOS, ionos.de/hilfe/e-mail/postmaster
    re.IGNORECASE,
)
_RELAY: Final = re.compile(
    r"\brelay(?:ing)?\b[^.;]{0,60}(?:denied|not (?:allowed|permitted)|prohibited)"  # Postfix, Exim, Sendmail, Google 5.7.0
    r"|(?:unable|not (?:allowed|permitted)) to relay|do(?:es)? not relay"  # Exchange
    r"|rcpthosts"  # qmail-control(5)
    r"|(?<!; )(?:authentication|smtp auth) (?:is )?required"  # but not Exchange's "AuthRequired; …", which is about one group
    r"|client host (?:\S+ )?(?:rejected|blocked)"  # Postfix, postconf(5) reject_unknown_client_hostname, default_rbl_reply
    r"|smtp relay (?:sending )?limit exceeded",  # Google 5.4.5 and 5.7.1
    re.IGNORECASE,
)


def names_us(code: int, enhanced: str, words: str) -> tuple[About, str]:
    """Whom a refusal speaks of, and the provider's code in it ("" where there is none).

    code      400..599
    enhanced  "5.7.26", "" where the server sent none
    words     what it said, without addresses
    """
    if _RELAY.search(words):
        return About.RELAY, ""
    for pattern, about in _MARKS:
        if found := pattern.search(words):
            return about, found[1]
    if enhanced[2:] in HOST_OR_DOMAIN or _HOST.search(words):
        return About.DOMAIN, ""
    return About.MESSAGE, ""

"""Asks the DNS. The one file that knows dnspython and the public suffix list: import it only where somebody asks.

Whatever a name server does (silence, failure, nonsense, aliases in a circle) becomes an Answer; nothing is raised.
"""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final

import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdatatype
import dns.resolver
from publicsuffixlist import PublicSuffixList

from siegelpost.mailings.domain_answers import ABSENT, EMPTY, FAILED, FOUND, Answer, Question

TRY_SECONDS: Final = 1.5
"""For one server; then the next one, or the same one again: a lost packet costs no look-up within five seconds."""
AT_ONCE: Final = 8
_ALONGSIDE: Final = frozenset({dns.rdatatype.CNAME, dns.rdatatype.DNAME, dns.rdatatype.RRSIG})


class Resolver:
    """Look-ups that all end by one deadline.

    servers  "address:port" each, IPv6 in brackets; none: those of the system
    seconds  for all look-ups together
    """

    def __init__(self, servers: Iterable[str], seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._resolver = _configured(tuple(servers))

    def ask(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """Answer all questions, several at a time; after the deadline each is FAILED at once."""
        asked = list(questions)
        with ThreadPoolExecutor(min(AT_ONCE, len(asked)) or 1) as pool:
            return dict(zip(asked, pool.map(self._one, asked), strict=True))

    def _one(self, question: Question) -> Answer:
        left = self._ends - time.monotonic()
        if self._resolver is None:
            return Answer(FAILED, reason="unreachable")
        if left <= 0:
            return Answer(FAILED, reason="timeout")
        try:
            name = dns.name.from_text(question.name)
        except (dns.exception.DNSException, ValueError):  # an SPF record may name anything
            return Answer(FAILED, reason="name")
        try:
            found = self._resolver.resolve(name, question.type, lifetime=left, raise_on_no_answer=False, search=False)
            return _answer(found, question.type)
        except dns.resolver.NXDOMAIN as gone:
            return Answer(ABSENT, alias=_alias(name, gone.canonical_name))
        except Exception as fault:  # noqa: BLE001 - strangers write these answers, and whatever they cause is one outcome
            return Answer(FAILED, reason=_reason(fault))


def organisation(domain: str) -> str:
    """The registered domain at or above `domain` (RFC 7489 section 3.2); a public suffix is returned as it is."""
    return _suffixes().privatesuffix(domain) or domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _configured(servers: tuple[str, ...]) -> dns.resolver.Resolver | None:
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.exception.DNSException:  # no name server in /etc/resolv.conf, or no such file
        return None
    if servers:
        resolver.nameservers = [_nameserver(one) for one in servers]
    resolver.timeout = TRY_SECONDS
    resolver.cache = None  # whoever asks again wants to know what is published now
    return resolver


def _nameserver(place: str) -> dns.nameserver.Nameserver:
    host, _colon, port = place.rpartition(":")
    return dns.nameserver.Do53Nameserver(host.strip("[]"), int(port))


def _answer(found: dns.resolver.Answer, kind: str) -> Answer:
    alias = _alias(found.qname, found.canonical_name)
    if found.rrset is None:
        others = {one.rdtype for one in found.response.answer} - _ALONGSIDE
        return Answer(FAILED, reason="unusable") if others else Answer(EMPTY, alias=alias)
    return Answer(FOUND, tuple(sorted(_text(one, kind) for one in found.rrset)), alias)


def _text(one: Any, kind: str) -> str:
    """A record as the rules read it. TXT strings are joined without spaces (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2)."""
    if kind == "TXT":
        return "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03d}" for byte in b"".join(one.strings))
    if kind == "MX":
        return f"{one.preference} {_name(one.exchange)}"
    return _name(one.target) if kind == "PTR" else str(one)


def _name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower().rstrip(".")


def _alias(asked: dns.name.Name, canonical: dns.name.Name) -> str:
    return "" if asked == canonical else _name(canonical)


def _reason(fault: Exception) -> str:
    """Why a look-up failed, as a code of `domain_words.WORDS`."""
    if isinstance(fault, dns.exception.Timeout):
        return "timeout"
    last = fault.kwargs["errors"][-1][3] if isinstance(fault, dns.resolver.NoNameservers) and fault.kwargs.get("errors") else fault
    if isinstance(last, str):
        return "server"
    if isinstance(last, dns.message.ChainTooLong):
        return "loop"
    return "unreachable" if isinstance(last, OSError) else "unusable"

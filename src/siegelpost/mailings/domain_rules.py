"""What may be sent from a domain by what its DNS says. Pure: the answers come in a Book, nothing is asked here.

A needed look-up that fails is a finding that blocks, so nothing fails open; it is told apart from what is known to be wrong.
"""

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.mailings import domain_dmarc, domain_spf
from siegelpost.mailings.domain_answers import ABSENT, FOUND, PENDING, Answer, Book, Question
from siegelpost.mailings.domain_dkim import PublicKey, judge_key
from siegelpost.mailings.domain_findings import ADVICE, BLOCK, OK, UNCHECKED, WARN, Finding, finding
from siegelpost.mailings.domain_records import SPF_NOTE, Record

Ask = Callable[[Iterable[Question]], Mapping[Question, Answer]]
ROUNDS: Final = 40
"""More than the longest chain of SPF terms, hosts and names needs; whatever is left then could not be checked."""
RELAY_ADDRESSES: Final = 4
_ALIGNMENT: Final = {
    (True, True): ("dmarc.aligned", OK),
    (True, False): ("dmarc.by_signature", ADVICE),
    (False, True): ("dmarc.by_envelope", OK),
    (False, False): ("dmarc.by_relay", WARN),
}
"""By whether we sign, with From's own domain as d=, and whether the envelope sender belongs to From."""
MAIL_SERVERS: Final = 10
_NETWORKS: Final = "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7 fe80::/10"
_INSIDE: Final = tuple(ipaddress.ip_network(one) for one in _NETWORKS.split())
"""Addresses that no receiver sees: RFC 1918, 6598, 3927, 4193."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Which domain is judged, and what of ours its DNS must fit. Names in lower case, A-labels, without the dot at the end.

    organisation         the registered domain above `domain` by the public suffix list
    bounce_domain        domain of the envelope sender
    bounce_organisation  the registered domain above that
    relay_host           name or address of the host that sends, "" where it is not known
    keys                 of the domain: those that sign, the next ones, former ones
    records              what should be published beside the keys, as `host_records` says
    now                  when it is judged
    """

    domain: str
    organisation: str
    bounce_domain: str
    bounce_organisation: str
    relay_host: str
    keys: tuple[PublicKey, ...]
    records: tuple[Record, ...]
    now: datetime

    @property
    def signs(self) -> bool:
        """Whether mail is signed here; otherwise the relay has to."""
        return any(one.needed for one in self.keys)

    def record(self, name: str, kind: str) -> tuple[Record, ...]:
        """What should stand there."""
        return tuple(one for one in self.records if (one.name, one.type) == (name, kind))


def settle(subject: Subject, ask: Ask) -> tuple[list[Finding], dict[Question, Answer]]:
    """Judge, ask for what is missing, judge again, until nothing is missing. Returns the findings and all answers.

    ask  answers every question that it is handed, if need be with FAILED; it never raises
    """
    answers: dict[Question, Answer] = {}
    for _round in range(ROUNDS):
        book = Book(answers)
        findings = judge(subject, book)
        if not book.missing:
            return findings, answers
        answers |= ask(book.missing)
    return [finding("dkim.unchecked", BLOCK, {"asked": subject.domain, "reason": "timeout"})], answers


def judge(subject: Subject, book: Book) -> list[Finding]:
    """All findings, topic after topic."""
    return [
        *(judge_key(key, book.ask(key.record.name, "TXT"), subject.now) for key in subject.keys),
        *_spf(subject, book),
        *_dmarc(subject, book),
        *_mx(subject, book),
        *_bounces(subject, book),
        *_ptr(subject, book),
        *_announced(subject, book, "mta_sts", f"_mta-sts.{subject.domain}", "v=STSv1"),
        *_announced(subject, book, "tls_rpt", f"_smtp._tls.{subject.domain}", "v=TLSRPTv1"),
    ]


def is_public(name: str) -> bool:
    """Whether a domain can have records that others see; `localhost` and addresses cannot."""
    return "." in name and not name.replace(".", "").isdigit() and ":" not in name


def _unchecked(topic: str, severity: str, asked: str, answer: Answer, publish: Iterable[Record] = ()) -> Finding:
    return finding(f"{topic}.{UNCHECKED}", severity, {"asked": asked, "reason": answer.reason}, publish=publish)


# --- SPF ---------------------------------------------------------------------------------------------------------------


def _spf(subject: Subject, book: Book) -> Iterator[Finding]:
    domain = subject.bounce_domain
    if not is_public(domain):
        yield finding("spf.local", BLOCK, {"domain": domain})
        return
    ours = subject.record(domain, "TXT")
    addresses, _failed = _relay(subject, book)
    by_address = {one: domain_spf.evaluate(domain, one, book) for one in addresses}
    let_in = bool(by_address) and all(one.result == domain_spf.PASS for one in by_address.values())
    whole = domain_spf.evaluate(domain, "", book)
    published = [whole.record] if whole.record else []
    if whole.result == domain_spf.NONE:
        yield finding("spf.missing", BLOCK, {"domain": domain}, publish=ours)
        return
    severity = WARN if let_in else BLOCK  # what comes after the term that lets the relay in is not read by receivers
    if whole.result == domain_spf.TEMPERROR:
        yield finding("spf.unchecked", severity, {"asked": whole.place, "reason": whole.reason}, published=published)
    if whole.fault:
        yield finding(f"spf.{whole.fault}", severity, {"domain": domain, "place": whole.place}, published=published)
    if not let_in and whole.result in (domain_spf.TEMPERROR, domain_spf.PERMERROR):
        return
    yield from _permits(subject, by_address, whole, published)
    if whole.open:
        yield finding("spf.open", WARN, {"domain": domain}, published=published)


def _permits(subject: Subject, by_address: Mapping[str, domain_spf.Spf], whole: domain_spf.Spf, published: list[str]) -> Iterator[Finding]:
    """Whether the relay is among those that may send."""
    domain = subject.bounce_domain
    lookups = max(one.lookups for one in by_address.values()) if whole.fault else whole.lookups
    counted = {"domain": domain, "lookups": lookups}
    refused = {address: one for address, one in by_address.items() if one.result != domain_spf.PASS}
    unknown = next((one for one in refused.values() if one.result == domain_spf.TEMPERROR), None)
    if unknown:
        yield finding("spf.unchecked", WARN, {"asked": unknown.place, "reason": unknown.reason}, published=published)
    elif not by_address:
        yield finding("spf.sound", OK, counted, published=published)
        yield finding("spf.relay_unknown", ADVICE, {"domain": domain})
    elif not refused:
        yield finding("spf.ok", OK, {**counted, "relay": ", ".join(by_address)}, published=published)
    elif whole.vague:
        yield finding("spf.vague", WARN, {"domain": domain}, published=published)
    else:
        named = f"ip{ipaddress.ip_address(next(iter(refused))).version}:{next(iter(refused))}"
        better = Record(domain, "TXT", domain_spf.with_term(whole.record, named), SPF_NOTE)
        result = next(iter(refused.values())).result
        yield finding(
            "spf.relay_not_named",
            WARN,
            {"domain": domain, "relay": ", ".join(refused), "result": result},
            published=published,
            publish=[better],
        )


def _relay(subject: Subject, book: Book) -> tuple[list[str], Answer | None]:
    """Public addresses of the relay, and the look-up that failed."""
    host = subject.relay_host
    if not host:
        return [], None
    if not is_public(host):
        return [one for one in [host] if _seen(one)], None
    answers = [book.ask(host, kind) for kind in ("A", "AAAA")]
    failed = next((one for one in answers if one.failed), None)
    return [value for one in answers for value in one.values if _seen(value)][:RELAY_ADDRESSES], failed


def _seen(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(found in network for network in _INSIDE if network.version == found.version)


# --- DMARC -------------------------------------------------------------------------------------------------------------


def _dmarc(subject: Subject, book: Book) -> Iterator[Finding]:
    ours = subject.record(f"_dmarc.{subject.domain}", "TXT")
    found = domain_dmarc.discover(subject.domain, subject.organisation, book)
    if found.failed:
        yield _unchecked("dmarc", WARN, f"{found.failed[0]} TXT", found.failed[1], ours)
        return
    if found.several:
        yield finding("dmarc.several", WARN, {"place": found.several})
    elif not found.place:
        yield finding("dmarc.missing", WARN, {}, publish=ours)
    elif not found.policy:
        yield finding("dmarc.broken", WARN, {"place": found.place}, published=[found.record], publish=ours)
    else:
        code, severity = ("dmarc.monitoring", ADVICE) if found.policy == "none" else ("dmarc.ok", OK)
        yield finding(code, severity, {"place": found.place, "policy": found.policy}, published=[found.record])
    if found.between:
        yield finding("dmarc.between", ADVICE, {"place": found.place, "organisation": subject.organisation})
    if found.policy and "rua" not in found.tags:
        yield finding("dmarc.no_reports", ADVICE, {})
    organisations = (subject.bounce_organisation, subject.organisation)
    together = domain_dmarc.aligned(subject.bounce_domain, subject.domain, organisations, found.tags)
    said = _ALIGNMENT[subject.signs, together]
    yield finding(*said, {"domain": subject.domain, "bounce": subject.bounce_domain})


# --- Ways back ---------------------------------------------------------------------------------------------------------


def _mx(subject: Subject, book: Book) -> Iterator[Finding]:
    """RFC 5321 section 5.1; RFC 7505. Recipients must be able to answer (section 7(2) no. 3 UWG: a valid address)."""
    domain = subject.domain
    answer = book.ask(domain, "MX")
    if answer.outcome == PENDING:
        return
    if answer.failed:
        yield _unchecked("mx", BLOCK, f"{domain} MX", answer)
        return
    hosts = [value.partition(" ")[2] for value in answer.values]
    if hosts == [""]:
        yield finding("mx.null", BLOCK, {"domain": domain}, published=answer.values)
        return
    names = hosts[:MAIL_SERVERS] if hosts else [domain]
    failed = [one for one in (_address(name, book) for name in names) if one.outcome != FOUND]
    if len(failed) < len(names):
        yield finding("mx.ok" if hosts else "mx.implicit", OK if hosts else ADVICE, {"domain": domain}, published=answer.values)
    elif broken := next((one for one in failed if one.failed), None):
        yield _unchecked("mx", BLOCK, f"{names[0]} A", broken)
    else:
        yield finding("mx.dead" if hosts else "mx.missing", BLOCK, {"domain": domain}, published=answer.values)


def _bounces(subject: Subject, book: Book) -> Iterator[Finding]:
    domain = subject.bounce_domain
    if domain == subject.domain or not is_public(domain):
        return  # said before
    answer = book.ask(domain, "MX")
    if answer.nothing:
        answer = _address(domain, book)
    if answer.failed:
        yield _unchecked("bounce", WARN, f"{domain} MX", answer)
    elif answer.values and not answer.values[0].endswith(" "):
        yield finding("bounce.ok", OK, {"domain": domain}, published=answer.values)
    else:
        yield finding("bounce.missing", WARN, {"domain": domain}, publish=subject.record(domain, "MX"))


def _address(name: str, book: Book) -> Answer:
    """The addresses of a host, of whichever kind; FAILED where one kind is missing and the other is unknown."""
    four = book.ask(name, "A")
    if four.values or four.outcome in (ABSENT, PENDING):
        return four
    six = book.ask(name, "AAAA")
    return six if six.values or not four.failed else four


def _ptr(subject: Subject, book: Book) -> Iterator[Finding]:
    """Forward-confirmed reverse DNS (RFC 8601 section 2.7.3); large providers demand it of whoever connects."""
    addresses, failed = _relay(subject, book)
    if failed:
        yield _unchecked("ptr", WARN, f"{subject.relay_host} A", failed)
    elif not addresses:
        yield finding("ptr.unknown", ADVICE, {})
    for address in addresses:
        yield _named(address, book)


def _named(address: str, book: Book) -> Finding:
    asked = ipaddress.ip_address(address)
    answer = book.ask(asked.reverse_pointer, "PTR")
    if answer.failed:
        return _unchecked("ptr", WARN, f"{asked.reverse_pointer} PTR", answer)
    if not answer.values:
        return finding("ptr.missing", WARN, {"relay": address})
    forward = {name: book.ask(name, "A" if asked.version == 4 else "AAAA") for name in answer.values[:RELAY_ADDRESSES]}
    for name, found in forward.items():
        if address in found.values:
            return finding("ptr.ok", OK, {"relay": address, "host": name})
    broken = next(((name, one) for name, one in forward.items() if one.failed), None)
    if broken:
        return _unchecked("ptr", WARN, broken[0], broken[1])
    return finding("ptr.unconfirmed", WARN, {"relay": address, "host": ", ".join(forward)}, published=answer.values)


def _announced(subject: Subject, book: Book, topic: str, name: str, begins: str) -> Iterator[Finding]:
    """MTA-STS (RFC 8461 section 3.1) and TLS-RPT (RFC 8460 section 3): advice, about mail to the domain."""
    answer = book.ask(name, "TXT")
    records = [one for one in answer.values if one.replace(" ", "").startswith(f"{begins};")]
    if answer.failed:
        yield _unchecked(topic, ADVICE, f"{name} TXT", answer)
    elif len(records) == 1:
        yield finding(f"{topic}.ok", OK, {}, published=records)
    else:
        yield finding(f"{topic}.missing", ADVICE, {"domain": subject.domain}, published=answer.values, publish=subject.record(name, "TXT"))

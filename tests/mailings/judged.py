"""A domain whose DNS is in order, as records, and how to judge it without asking anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from siegelpost.mailings.domain_answers import ABSENT, EMPTY, FOUND, Answer, Question
from siegelpost.mailings.domain_dkim import SIGNS, PublicKey
from siegelpost.mailings.domain_findings import Finding, state_of
from siegelpost.mailings.domain_records import dkim_records, dkim_value, host_records
from siegelpost.mailings.domain_rules import Subject, settle
from tests.mailings.making import made_keys

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEYS = dkim_records("news.example.org", ("one", "two"), (dkim_value(made_keys().rsa), dkim_value(made_keys().ed)))
SUBJECT = Subject(
    domain="news.example.org",
    organisation="example.org",
    bounce_domain="bounce.example.org",
    bounce_organisation="example.org",
    relay_host="relay.example.net",
    keys=tuple(PublicKey(one, SIGNS) for one in KEYS),
    records=host_records(
        "news.example.org", bounce_domain="bounce.example.org", mail_host="in.example.net", relay_host="relay.example.net"
    ),
    now=NOW,
)
Zone = Mapping[tuple[str, str], tuple[str, ...]]
GOOD: dict[tuple[str, str], tuple[str, ...]] = {
    (KEYS[0].name, "TXT"): (KEYS[0].value,),
    (KEYS[1].name, "TXT"): (KEYS[1].value,),
    ("_dmarc.example.org", "TXT"): ("v=DMARC1; p=reject; rua=mailto:reports@example.org",),
    ("_mta-sts.news.example.org", "TXT"): ("v=STSv1; id=20260301",),
    ("_smtp._tls.news.example.org", "TXT"): ("v=TLSRPTv1; rua=mailto:reports@example.org",),
    ("news.example.org", "MX"): ("10 in.example.net",),
    ("bounce.example.org", "MX"): ("10 in.example.net",),
    ("bounce.example.org", "TXT"): ("v=spf1 a:relay.example.net -all",),
    ("in.example.net", "A"): ("203.0.113.9",),
    ("relay.example.net", "A"): ("203.0.113.5",),
    ("relay.example.net", "AAAA"): ("2001:db8::5",),
    ("5.113.0.203.in-addr.arpa", "PTR"): ("relay.example.net",),
    ("5." + "0." * 23 + "8.b.d.0.1.0.0.2.ip6.arpa", "PTR"): ("relay.example.net",),
}


def judged(
    zone: Zone = GOOD, *, failing: Mapping[Question, Answer] | None = None, also: Zone | None = None, **changes: Any
) -> tuple[list[Finding], list[Question]]:
    """Findings, and what was asked for them; `also` is added to the zone, an empty tuple takes something out of it."""
    whole = {place: values for place, values in {**zone, **(also or {})}.items() if values}
    asked: list[Question] = []

    def ask(questions: Iterable[Question]) -> dict[Question, Answer]:
        asked.extend(questions)
        return {one: (failing or {}).get(one) or answer(whole, one) for one in questions}

    findings, _answers = settle(replace(SUBJECT, **changes), ask)
    for one in findings:
        assert Finding.from_dict(one.as_dict()) == one
        assert "{" not in one.text("en") + one.text("de")
    return findings, asked


def answer(zone: Zone, question: Question) -> Answer:
    """As a name server with this zone would answer."""
    values = zone.get((question.name, question.type), ())
    exists = any(name == question.name or name.endswith("." + question.name) for name, _kind in zone)
    return Answer(FOUND, values) if values else Answer(EMPTY if exists else ABSENT)


def codes(*arguments: Any, **changes: Any) -> dict[str, str]:
    """Severity by code."""
    return {one.code: one.severity for one in judged(*arguments, **changes)[0]}


def state(*arguments: Any, **changes: Any) -> str:
    """passed, failed or unknown."""
    return state_of(judged(*arguments, **changes)[0])

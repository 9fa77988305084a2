"""A sender domain is checked: what its DNS says, whether mail may be sent from it, and whether its next keys may sign."""

from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.loopback import LOOPBACK
from siegelpost.base.settings import Settings
from siegelpost.evidence.services import append
from siegelpost.flows.dns import asker, asks_dns
from siegelpost.flows.own_addresses import bounce_domain
from siegelpost.flows.receive_report import report_address
from siegelpost.flows.routing import routing
from siegelpost.mailings.domain_checks import Checked, due, last_check, record_check
from siegelpost.mailings.domain_dkim import NEXT
from siegelpost.mailings.domain_findings import REFUSED, Finding
from siegelpost.mailings.domain_records import Record, host_records
from siegelpost.mailings.domain_rotation import forget_keys, public_keys, switch_keys
from siegelpost.mailings.domain_rules import Subject, settle
from siegelpost.mailings.errors import DomainUnchecked, SenderUnverified
from siegelpost.mailings.reads import domain_by_id
from siegelpost.tenancy.handle import TenantDB

SECONDS: Final = 4.5
"""For all look-ups of a check; with dnspython's last pause a launch or a page waits five at most."""
SIGNED: Final = {"both": (True, True), "rsa": (True, False), "none": (False, False)}
"""Whether we sign with RSA and with Ed25519, by SIEGELPOST_SIGNATURES."""

log = structlog.get_logger(__name__)


def check_domain(tenant: TenantDB, domain_id: int, *, settings: Settings, actor: Actor, now: datetime) -> Checked:
    """Ask the DNS about a domain and store what it says; signing changes over to the next keys once they are seen.

    Takes five seconds at most. Raises DomainUnknown.
    """
    domain_by_id(tenant, domain_id)
    subject = subject_of(tenant, domain_id, settings, now)
    findings, answers = settle(subject, asker(settings, SECONDS))
    if seen := _next_seen(subject, findings):
        switch_keys(tenant, domain_id, seen, permitted=False, actor=actor, now=now)
        subject = subject_of(tenant, domain_id, settings, now)
        findings, _same = settle(subject, lambda asked: {one: answers[one] for one in asked})
    forget_keys(tenant, domain_id, frozenset(one.facts["name"] for one in findings if one.code == "dkim.old_removed"), now=now)
    return record_check(tenant, domain_id, findings, actor=actor, now=now)


def ensure_checked(tenant: TenantDB, domain_id: int, *, settings: Settings, actor: Actor, now: datetime) -> Checked:
    """What is known about a domain from which mail may be sent now; asks the DNS again where that is a day old.

    A domain with the operator's permission is not asked about. Where the DNS gives no answer, a check that passed within
    seven days counts; that is written down.

    Raises DomainUnknown, SenderUnverified, DomainUnchecked.
    """
    domain_by_id(tenant, domain_id)
    known = last_check(tenant, domain_id)
    if known.unverified_ok or known.fresh(now):
        return known
    found = check_domain(tenant, domain_id, settings=settings, actor=actor, now=now)
    if not found.counts(now):
        raise (SenderUnverified if found.state == REFUSED else DomainUnchecked)(domain=found.domain)
    if found.stale:
        log.warning("domain.old_check_counts", tenant=tenant.slug, domain=domain_id)
        with tenant.atomic():
            append(tenant, "sender.old_check_counted", subject=f"domain:{domain_id}", actor=actor, at=now)
    return found


def due_domains(tenant: TenantDB, settings: Settings, *, now: datetime) -> list[int]:
    """Ids of the domains that should be checked again; none where nobody may be asked."""
    return due(tenant, now=now) if asks_dns(settings) else []


def subject_of(tenant: TenantDB, domain_id: int, settings: Settings, now: datetime) -> Subject:
    """What is judged. Raises DomainUnknown."""
    from siegelpost.mailings.domain_lookup import organisation  # noqa: PLC0415 - as in `asker`

    domain = domain_by_id(tenant, domain_id).domain
    bounce, sends = bounce_domain(settings).lower(), relay_host(settings, tenant, domain)
    return Subject(
        domain=domain,
        organisation=organisation(domain),
        bounce_domain=bounce,
        bounce_organisation=organisation(bounce),
        relay_host=sends,
        keys=public_keys(tenant, domain_id, needed=SIGNED[settings.signatures], zone=settings.dkim_zone),
        records=host_records(
            domain,
            bounce_domain=bounce,
            mail_host=settings.public_host,
            relay_host=sends,
            reports=report_address(tenant, domain_id, settings),
        ),
        now=now,
    )


def records_of(subject: Subject) -> list[Record]:
    """Everything that should be published for a domain, what is needed first; former keys only while they are needed."""
    needed = [one for one in subject.keys if one.until is None or subject.now < one.until or one.target]
    keys = [record for one in needed for record in one.records]
    return sorted([*keys, *subject.records], key=lambda one: not one.needed)


def relay_host(settings: Settings, tenant: TenantDB, domain: str) -> str:
    """The host whose address receivers see, as far as it is known: the first relay, or this machine where the relay is on it."""
    relay = next((one.host for one in routing(settings).route(tenant.number, domain)), "")
    known = settings.public_host if relay in LOOPBACK else relay
    return "" if known in LOOPBACK else known.lower()


def _next_seen(subject: Subject, findings: list[Finding]) -> str:
    """RSA selector of the next pair where all its keys with which we would sign are published, else ""."""
    coming = [one for one in subject.keys if one.role == NEXT]
    wanted = [one for one in coming if one.needed] or coming
    seen = {one.facts["name"] for one in findings if one.code == "dkim.next_seen"}
    if not wanted or not all(one.record.name in seen for one in wanted):
        return ""
    return wanted[0].record.name.partition(".")[0]

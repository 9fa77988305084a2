"""A sender is added, and whoever owns its domain learns which DNS records to publish."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.flows.check_domain import check_domain, records_of, subject_of
from siegelpost.mailings import rules, services
from siegelpost.mailings.domain_checks import last_check
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.domains import ensure_domain
from siegelpost.mailings.errors import DomainUnknown
from siegelpost.mailings.reads import DomainFacts, SenderFacts, domain_by_id, domains_of, sender
from siegelpost.tenancy.handle import TenantDB


def add_sender(tenant: TenantDB, mailbox: str, *, settings: Settings, unverified_ok: bool, actor: Actor, now: datetime) -> SenderFacts:
    """Add a sender and look its domain up in the DNS; one that exists stays as it is.

    mailbox        Name <address>
    unverified_ok  permit sending whatever the DNS says; written down

    Nothing is sent from it before the domain passes or somebody permits it; mailings can be written. Takes five seconds at
    most. Raises HeaderRefused, AddressRefused.
    """
    found = services.create_sender(tenant, mailbox, unverified_ok=unverified_ok, actor=actor, now=now)
    known = last_check(tenant, found.domain_id)
    if known.unverified_ok or known.fresh(now):
        return found
    check_domain(tenant, found.domain_id, settings=settings, actor=actor, now=now)
    return sender(tenant, found.id)


def domain_named(tenant: TenantDB, domain: str) -> DomainFacts:
    """A sender domain as anybody may type it. Raises DomainUnknown, HostRefused."""
    name = rules.host(domain)
    found = next((one for one in domains_of(tenant) if one.domain == name), None)
    if found is None:
        raise DomainUnknown
    return found


def sender_records(tenant: TenantDB, domain_id: int, settings: Settings, *, now: datetime) -> list[Record]:
    """The DNS records for a sender domain. Raises DomainUnknown."""
    return records_of(subject_of(tenant, domain_id, settings, now))


def permit_unverified(tenant: TenantDB, domain_id: int, *, actor: Actor, now: datetime) -> DomainFacts:
    """Permit sending from a domain whatever its DNS says; written down. Raises DomainUnknown."""
    found = domain_by_id(tenant, domain_id)
    ensure_domain(tenant, found.domain, unverified_ok=True, actor=actor, now=now)
    return domain_by_id(tenant, domain_id)

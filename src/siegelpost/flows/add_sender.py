"""A sender is added, and whoever owns its domain learns which DNS records to publish."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.mailings import services
from siegelpost.mailings.domains import Record, dns_records, ensure_domain
from siegelpost.mailings.reads import DomainFacts, SenderFacts, domain_by_id, keys_of
from siegelpost.mailings.rules import host
from siegelpost.tenancy.handle import TenantDB


def add_sender(tenant: TenantDB, mailbox: str, *, unverified_ok: bool, actor: Actor, now: datetime) -> SenderFacts:
    """Add a sender, with DKIM keys where its domain is new; one that exists stays as it is.

    mailbox        Name <address>
    unverified_ok  permit sending although nobody checked the DNS; written down

    Raises HeaderRefused, AddressRefused.
    """
    return services.create_sender(tenant, mailbox, unverified_ok=unverified_ok, actor=actor, now=now)


def sender_records(tenant: TenantDB, domain: str, settings: Settings) -> list[Record]:
    """The DNS records for a sender domain as anybody may type it. Raises DomainUnknown, HostRefused."""
    return dns_records(
        keys_of(tenant, host(domain)),
        bounce_domain=settings.bounce_domain or settings.public_host,
        mail_host=settings.public_host,
    )


def permit_unverified(tenant: TenantDB, domain_id: int, *, actor: Actor, now: datetime) -> DomainFacts:
    """Permit sending from a domain although nobody checked its DNS; written down. Raises DomainUnknown."""
    found = domain_by_id(tenant, domain_id)
    ensure_domain(tenant, found.domain, unverified_ok=True, actor=actor, now=now)
    return domain_by_id(tenant, domain_id)

"""A sender domain whose owner does what the product says is to be published, on a name server of the tests."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from siegelpost.base.settings import Settings
from siegelpost.flows.add_sender import sender_records
from siegelpost.mailings.reads import SenderFacts
from siegelpost.tenancy.handle import TenantDB
from tests.dns_server import DnsServer
from tests.mailings.making import some_sender

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOME = "203.0.113.5"


def asking(server: DnsServer, **changes: object) -> Settings:
    """Settings of an installation at news.example.net that asks this name server."""
    settings = Settings(
        home=Path("/nowhere"), public_url="https://news.example.net", bounce_domain="bounce.example.org", dns_servers=(server.place,)
    )
    return replace(settings, **changes)  # type: ignore[arg-type]


def set_up_hosts(server: DnsServer) -> None:
    """What exists whatever is sent: hosts, their names, the way of answers."""
    server.hold("news.example.net", "A", HOME)
    server.hold("5.113.0.203.in-addr.arpa", "PTR", "news.example.net.")
    server.hold("example.org", "MX", "10 news.example.net.")


def published(server: DnsServer, tenant: TenantDB, settings: Settings, *, at: datetime = NOON, domain_id: int = 0) -> SenderFacts:
    """A sender whose domain is in order from now on; nothing is permitted without a check."""
    found = some_sender(tenant, unverified_ok=False)
    set_up_hosts(server)
    server.publish(sender_records(tenant, domain_id or found.domain_id, settings, now=at))
    return found

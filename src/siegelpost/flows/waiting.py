"""What a mailing waits for: a relay that does not take our mail, or receiving domains that refuse it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from siegelpost.base import clock
from siegelpost.delivery.holds import holds_of
from siegelpost.delivery.reads import launched_with_tls
from siegelpost.delivery.relay import TlsMissing
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.state import PAUSED, SENDING
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import broken_relays


@dataclass(frozen=True, slots=True)
class RelayOut:
    """A relay that is out of order: what is wrong, what it said itself ("" for nothing), and when it is called again."""

    code: str
    said: str
    since: datetime
    next_try: datetime


@dataclass(frozen=True, slots=True)
class DomainHeld:
    """A receiving domain that gets nothing for now, and what it said; `until` is None where the staff decides."""

    domain: str
    code: str
    until: datetime | None


def relay_out(*, demands_tls: bool) -> RelayOut | None:
    """The relay that mail waits for, None where all work; mail that demands TLS does not wait for TLS that is missing: it bounces."""
    for one in broken_relays():
        if not (demands_tls and one.code == TlsMissing.code):
            return RelayOut(one.code, one.said, _time(one.since), _time(one.next_try))
    return None


def waits_for_relay(tenant: TenantDB, mailing_id: int) -> RelayOut | None:
    """The relay that this mailing waits for."""
    return relay_out(demands_tls=demands_tls(tenant, mailing_id))


def demands_tls(tenant: TenantDB, mailing_id: int) -> bool:
    """Whether a mailing was launched with the demand for TLS, or still goes out under one that was made since."""
    return launched_with_tls(tenant, mailing_id) or (tenant.demands_tls and mailing(tenant, mailing_id).state in (SENDING, PAUSED))


def held_domains(tenant: TenantDB, mailing_id: int) -> list[DomainHeld]:
    """Receiving domains that a mailing leaves alone for now, by name."""
    holds, now = holds_of(tenant, mailing_id), int(clock.now().timestamp())
    return [DomainHeld(one.domain, one.code, _time(one.until) if one.until else None) for one in holds if not 0 < one.until <= now]


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)

"""What a mailing waits for: a relay that does not take our mail, or receiving domains that refuse it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from siegelpost.base import clock
from siegelpost.delivery.holds import holds_of
from siegelpost.delivery.reads import demands_tls
from siegelpost.delivery.relay import TlsMissing
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


def relay_out() -> RelayOut | None:
    """The relay that mail waits for, None where all work."""
    for one in broken_relays():
        return RelayOut(one.code, one.said, _time(one.since), _time(one.next_try))
    return None


def waits_for_relay(tenant: TenantDB, mailing_id: int) -> RelayOut | None:
    """The relay that this mailing waits for; where it demands TLS and there is none, it does not wait: it bounces."""
    found = relay_out()
    return None if found and found.code == TlsMissing.code and demands_tls(tenant, mailing_id) else found


def held_domains(tenant: TenantDB, mailing_id: int) -> list[DomainHeld]:
    """Receiving domains that a mailing leaves alone for now, by name."""
    holds, now = holds_of(tenant, mailing_id), int(clock.now().timestamp())
    return [DomainHeld(one.domain, one.code, _time(one.until) if one.until else None) for one in holds if not 0 < one.until <= now]


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)

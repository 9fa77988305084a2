"""What a mailing waits for: a relay that does not take our mail, or receiving domains that refuse it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from siegelpost.base import clock
from siegelpost.base.settings import Settings, process_settings
from siegelpost.delivery.holds import holds_of
from siegelpost.delivery.reads import launched_with_tls, plan_of
from siegelpost.delivery.relay import NoRelay, Relay, TlsMissing
from siegelpost.delivery.waits import Wait, wait_of
from siegelpost.flows.routing import routing
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.state import PAUSED, SENDING
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import Broken, troubles


@dataclass(frozen=True, slots=True)
class RelayOut:
    """A relay that is out of order: what is wrong, what it said itself ("" for nothing), and when it is called again.

    Where no relay is left at all, nobody calls: both times are None.
    """

    code: str
    said: str
    since: datetime | None
    next_try: datetime | None


@dataclass(frozen=True, slots=True)
class DomainHeld:
    """A receiving domain that gets nothing for now, and what it said; `until` is None where the staff decides."""

    domain: str
    code: str
    until: datetime | None


def stands_still(
    tenant: TenantDB, mailing_id: int, numbers: Mapping[str, int], *, settings: Settings, now: datetime
) -> tuple[RelayOut | None, Wait | None]:
    """Why a mailing in the state "sending" sends nothing at this moment: the relay that it waits for, or its pace; at most one of both.

    numbers  its counters
    """
    plan = plan_of(tenant, mailing_id)
    route, out = routing(settings).route(tenant.number, plan.domain), troubles()
    if found := relay_out(route, out, demands_tls=plan.demands_tls or tenant.demands_tls):
        return found, None
    relay = takes_mail(route, out)
    return None, wait_of(tenant, plan, numbers, zone=ZoneInfo(settings.time_zone), now=now, relay=relay)


def relay_out(route: Collection[Relay], broken: Collection[Broken], *, demands_tls: bool) -> RelayOut | None:
    """The relay of a route that mail waits for, the one that is called next; None where one works.

    Mail that demands TLS does not wait for TLS that all of them lack: it bounces. Where some lack it, it waits for the others.
    """
    if not route:
        return RelayOut(NoRelay.code, "", None, None)
    out = {one.name: one for one in broken}
    may = [one for one in route if not (demands_tls and _lacks_tls(one, out))]
    found = [out[one.name] for one in may if one.name in out]
    if len(found) < len(may) or not found:
        return None
    first = min(found, key=lambda one: one.next_try)
    return RelayOut(first.code, first.said, _time(first.since), _time(first.next_try))


def _lacks_tls(relay: Relay, out: Mapping[str, Broken]) -> bool:
    """Whether mail that demands TLS passes it over, as far as the sending processes have said."""
    itself, tls = out.get(relay.name), out.get(relay.name_with_tls)
    return (itself is not None and itself.code == TlsMissing.code) or (tls is not None and tls.next_try > clock.now().timestamp())


def waits_for_relay(tenant: TenantDB, mailing_id: int) -> RelayOut | None:
    """The relay that this mailing waits for."""
    return relay_out(route_of(tenant, mailing_id), troubles(), demands_tls=demands_tls(tenant, mailing_id))


def relay_they_wait_for(tenant: TenantDB, mailing_ids: Collection[int]) -> RelayOut | None:
    """The relay that one of these mailings waits for, or system mails."""
    found = (waits_for_relay(tenant, one) for one in mailing_ids)
    system_mails = routing(process_settings()).route(tenant.number, "")
    return next((one for one in found if one), None) or relay_out(system_mails, troubles(), demands_tls=tenant.demands_tls)


def route_of(tenant: TenantDB, mailing_id: int) -> tuple[Relay, ...]:
    """Relays by which a mailing goes that was launched, in the order of choice."""
    return routing(process_settings()).route(tenant.number, plan_of(tenant, mailing_id).domain)


def takes_mail(route: Sequence[Relay], broken: Collection[Broken]) -> str:
    """Label of the relay that takes the mail of a route at the moment: the first that works, or the first."""
    out = {one.name for one in broken}
    return next((one.label for one in route if one.name not in out), route[0].label if route else "")


def demands_tls(tenant: TenantDB, mailing_id: int) -> bool:
    """Whether a mailing was launched with the demand for TLS, or still goes out under one that was made since."""
    return launched_with_tls(tenant, mailing_id) or (tenant.demands_tls and mailing(tenant, mailing_id).state in (SENDING, PAUSED))


def held_domains(tenant: TenantDB, mailing_id: int) -> list[DomainHeld]:
    """Receiving domains that a mailing leaves alone for now, by name."""
    holds, now = holds_of(tenant, mailing_id), int(clock.now().timestamp())
    return [DomainHeld(one.domain, one.code, _time(one.until) if one.until else None) for one in holds if not 0 < one.until <= now]


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)

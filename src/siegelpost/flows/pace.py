"""Set how much may go out: through the relay, for a tenant, to receiving domains, from a sender that is being warmed up."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.delivery import limits as names
from siegelpost.delivery import pace_rules as rules
from siegelpost.delivery.errors import NoSuchSender, ReceiversUnknown, WarmUpWrong
from siegelpost.delivery.known_receivers import PROVIDERS
from siegelpost.delivery.pace_rules import Gauge, Limits
from siegelpost.delivery.purse import gauges
from siegelpost.evidence.services import append
from siegelpost.mailings.reads import domains_of, senders_of
from siegelpost.mailings.rules import host
from siegelpost.tenancy.handle import TenantDB

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One limit and what is used of it today.

    kind  relay, tenant, receivers or warm_up
    name  slug, group, address or domain; "" for the relay
    """

    kind: str
    name: str
    limits: Limits
    used_today: int
    step: int
    domains: tuple[str, ...] = ()

    @property
    def today(self) -> int | None:
        """Today's limit of a warm-up, None where there is none or it is over."""
        return rules.step_limit(self.limits, Gauge(step=self.step))


def limit_relay(limits: Limits, *, now: datetime) -> None:
    """Limit what goes through the relay, for all tenants together; none removes the limit."""
    _set(names.RELAY, limits, now)


def limit_tenant(tenant: TenantDB, limits: Limits, *, actor: Actor, now: datetime) -> None:
    """Limit what one tenant sends; none removes the limit."""
    _set(names.tenant_name(tenant), limits, now)
    _write_down(tenant, "tenant", limits, actor, now)


def limit_receivers(name: str, domains: Collection[str], limits: Limits, *, now: datetime) -> tuple[str, ...]:
    """Limit what goes to a group of receiving domains, and return them; none removes the group.

    domains  empty: those that are known by the name, or that the group has already

    Raises ReceiversUnknown, DomainTaken, and HostRefused for what is no domain.
    """
    name = name.strip().lower()
    if not limits:
        if not names.remove_group(name):
            raise ReceiversUnknown(known=", ".join(PROVIDERS))
        log.info("pace.removed", name=name)
        return ()
    had = {group.name: group.domains for group in names.groups()}
    wanted = tuple(host(one) for one in domains) or had.get(name) or PROVIDERS.get(name)
    if not wanted or not name:
        raise ReceiversUnknown(known=", ".join(PROVIDERS))
    group = names.set_group(name[:40], wanted, limits, now=now)
    log.info("pace.set", name=names.receivers_name(group.number), **asdict(limits))
    return group.domains


def warm_up(tenant: TenantDB, sender: str, steps: str, *, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Let an address or a domain of a sender send more each day, and return the days; "" ends the plan.

    steps  see `pace_rules.read_steps`

    Raises NoSuchSender, WarmUpWrong.
    """
    known = dict(_senders(tenant))
    if (wanted := sender.strip().lower()) not in known:
        raise NoSuchSender
    try:
        found = rules.read_steps(steps) if steps else ()
    except ValueError:
        raise WarmUpWrong from None
    limits = Limits(steps=found)
    _set(known[wanted], limits, now)
    _write_down(tenant, "warm_up", limits, actor, now)
    return found


def paces(tenants: Collection[TenantDB], *, settings: Settings, now: datetime) -> list[Line]:
    """All limits of the installation and of these tenants, with what is used of them."""
    known = names.limits_set()
    used = gauges(known)
    moment, day = int(now.timestamp() * rules.SECOND), now.astimezone(ZoneInfo(settings.time_zone)).toordinal()
    return [
        _line(kind, name, known[key], rules.at(known[key], used[key], moment, day), domains)
        for kind, name, key, domains in _everything(tenants)
        if key in known
    ]


def _line(kind: str, name: str, limits: Limits, gauge: Gauge, domains: tuple[str, ...]) -> Line:
    return Line(kind=kind, name=name, limits=limits, used_today=gauge.used, step=gauge.step, domains=domains)


def _everything(tenants: Collection[TenantDB]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    yield "relay", "", names.RELAY, ()
    for group in names.groups():
        yield "receivers", group.name, names.receivers_name(group.number), group.domains
    for tenant in tenants:
        yield "tenant", tenant.slug, names.tenant_name(tenant), ()
        for shown, key in _senders(tenant):
            yield "warm_up", shown, key, ()


def _senders(tenant: TenantDB) -> Iterator[tuple[str, str]]:
    """Addresses and domains of senders, each once, with the names of their limits."""
    for email in sorted({one.email.lower() for one in senders_of(tenant)}):
        yield email, names.address_name(tenant, email)
    for domain in domains_of(tenant):
        yield domain.domain, names.domain_name(tenant, domain.id)


def _set(name: str, limits: Limits, now: datetime) -> None:
    if limits:
        names.set_limit(name, limits, now=now)
    else:
        names.remove_limit(name)
    log.info("pace.set", name=name, **asdict(limits))


def _write_down(tenant: TenantDB, kind: str, limits: Limits, actor: Actor, now: datetime) -> None:
    with tenant.atomic():
        append(tenant, "pace.set", subject=f"pace:{kind}", details=asdict(limits), actor=actor, at=now)

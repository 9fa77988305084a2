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
from siegelpost.delivery.known_receivers import PROVIDERS, Provider
from siegelpost.delivery.limits import Group
from siegelpost.delivery.pace_rules import Gauge, Limits
from siegelpost.delivery.purse import gauges
from siegelpost.evidence.services import append
from siegelpost.flows.operator_acts import write_down
from siegelpost.flows.routing import routing
from siegelpost.mailings.reads import domains_of, senders_of
from siegelpost.mailings.rules import host
from siegelpost.tenancy.errors import RelayUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store
from siegelpost.tenancy.routes import DEFAULT

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One limit and what is used of it today.

    kind  relay, tenant, receivers or warm_up
    name  slug, group, address or domain; of a relay its name, "" for that of the settings
    """

    kind: str
    name: str
    limits: Limits
    used_today: int
    step: int
    domains: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def today(self) -> int | None:
        """Today's limit of a warm-up, None where there is none or it is over."""
        return rules.step_limit(self.limits, Gauge(step=self.step))


def limit_relay(limits: Limits, relay: str, *, settings: Settings, now: datetime) -> None:
    """Limit what goes through a relay, for all tenants together; none removes the limit. Raises RelayUnknown."""
    labels = {one.label or DEFAULT: one.label for one in routing(settings).relays}
    if relay not in labels:
        raise RelayUnknown(name=relay)
    with operator_store().atomic():
        _set(names.relay_name(labels[relay]), limits, now)
        write_down("pace.set", subject=f"relay:{relay}", details=asdict(limits), now=now)


def limit_tenant(tenant: TenantDB, limits: Limits, *, actor: Actor, now: datetime) -> None:
    """Limit what one tenant sends; none removes the limit."""
    _set(names.tenant_name(tenant), limits, now)
    _write_down(tenant, "tenant", limits, actor, now)


def limit_receivers(
    name: str, domains: Collection[str], limits: Limits, *, now: datetime, hosts: Collection[str] | None = None
) -> tuple[str, ...]:
    """Limit what goes to a group of receiving domains, and return those that are named; none removes the group.

    domains  empty: those that the group has already, or that are known by the name
    hosts    ends of the names of hosts ("google.com" or "*.google.com"): domains whose mail they take are in the group, too; None as above

    Raises ReceiversUnknown, DomainTaken, and HostRefused for what is no domain.
    """
    name = name.strip().lower()
    if not limits:
        with operator_store().atomic():
            if not names.remove_group(name):
                raise _unknown()
            write_down("pace.removed", subject=f"receivers:{name}", now=now)
        log.info("pace.removed", name=name)
        return ()
    had: Group | Provider = next((one for one in names.groups() if one.name == name), None) or PROVIDERS.get(name, Provider(()))
    wanted = tuple(host(one) for one in domains) or had.domains
    ends = had.hosts if hosts is None else tuple(host(one.strip().removeprefix("*.")) for one in hosts)
    if not (wanted or ends) or not name:
        raise _unknown()
    with operator_store().atomic():
        group = names.set_group(name[:40], wanted, ends, limits, now=now)
        details = {**asdict(limits), "domains": list(group.domains), "hosts": list(ends)}
        write_down("pace.set", subject=f"receivers:{group.name}", details=details, now=now)
    log.info("pace.set", name=names.receivers_name(group.number), **asdict(limits))
    return group.domains


def _unknown() -> ReceiversUnknown:
    return ReceiversUnknown(known=", ".join(PROVIDERS))


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
        _line(kind, name, known[key], rules.at(known[key], used[key], moment, day), group)
        for kind, name, key, group in _everything(tenants, settings)
        if key in known
    ]


def _line(kind: str, name: str, limits: Limits, gauge: Gauge, group: Group | None) -> Line:
    domains, hosts = (group.domains, group.hosts) if group else ((), ())
    return Line(kind=kind, name=name, limits=limits, used_today=gauge.used, step=gauge.step, domains=domains, hosts=hosts)


def _everything(tenants: Collection[TenantDB], settings: Settings) -> Iterator[tuple[str, str, str, Group | None]]:
    for relay in routing(settings).relays:
        yield "relay", relay.label, names.relay_name(relay.label), None
    for group in names.groups():
        yield "receivers", group.name, names.receivers_name(group.number), group
    for tenant in tenants:
        yield "tenant", tenant.slug, names.tenant_name(tenant), None
        for shown, key in _senders(tenant):
            yield "warm_up", shown, key, None


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

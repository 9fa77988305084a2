"""Limits that somebody set: what they are called, and how they are set and removed. What is used of them is the purse's matter."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from siegelpost.delivery.errors import DomainTaken
from siegelpost.delivery.pace.models import Gauge, Limit, Receivers
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB, control_store

RELAY: Final = "relay"


@dataclass(frozen=True, slots=True)
class Group:
    """Domains whose mail one provider takes: those that are named, and those of which its hosts take it."""

    number: int
    name: str
    domains: tuple[str, ...]
    hosts: tuple[str, ...] = ()


def relay_name(label: str) -> str:
    """Name of the limit of a relay; "" is that of SIEGELPOST_RELAY_URL."""
    return f"{RELAY}:{label}" if label else RELAY


def tenant_name(tenant: TenantDB) -> str:
    """Name of the limit of a tenant."""
    return f"tenant:{tenant.number}"


def mailing_name(tenant: TenantDB, mailing_id: int) -> str:
    """Name of the limit of one mailing."""
    return f"{tenant_name(tenant)}/mailing:{mailing_id}"


def brake_name(tenant: TenantDB, mailing_id: int) -> str:
    """Name of the limit of a mailing that too many people complained about."""
    return f"{tenant_name(tenant)}/brake:{mailing_id}"


def address_name(tenant: TenantDB, email: str) -> str:
    """Name of the limit of a sender's address."""
    return f"{tenant_name(tenant)}/address:{address_key(email, tenant.keys.addresses).hex()}"


def domain_name(tenant: TenantDB, domain_id: int) -> str:
    """Name of the limit of a sender domain."""
    return f"{tenant_name(tenant)}/domain:{domain_id}"


def receivers_name(group: int) -> str:
    """Name of the limit of a group of receiving domains."""
    return f"receivers:{group}"


def limits_set() -> dict[str, Limits]:
    """All limits that somebody set, by name."""
    rows = control_store.objects(Limit).values_list("name", "per_second", "per_hour", "per_day", "steps")
    return {name: Limits(per_second=second, per_hour=hour, per_day=day, steps=tuple(steps)) for name, second, hour, day, steps in rows}


def limits_of(tenant: TenantDB, plan: LaunchPlan | None, known: Mapping[str, Limits], relay: str = "") -> dict[str, Limits]:
    """The limits that hold for all of a mailing, or without a plan for the outgoing mails of a tenant; `known` are those that were set.

    A warm-up counts mailings: confirmations and notices are answers to single people and must not wait for a day.
    """
    names = [relay_name(relay), tenant_name(tenant)] if known else []
    if plan and known:
        names += [address_name(tenant, plan.sender_email), domain_name(tenant, plan.domain_id), brake_name(tenant, plan.mailing_id)]
    found = {name: known[name] for name in names if name in known}
    if plan and plan.pace.limits:
        found[mailing_name(tenant, plan.mailing_id)] = plan.pace.limits
    return found


def set_limit(name: str, limits: Limits, *, now: datetime) -> None:
    """Set what is allowed under a name; a new warm-up begins with its first step, what was sent today stays counted."""
    with control_store.atomic():
        before = control_store.objects(Limit).filter(name=name).first()
        values = {**asdict(limits), "steps": list(limits.steps), "set_at": now}
        control_store.objects(Limit).update_or_create(name=name, defaults=values)
        if before is None or tuple(before.steps) != limits.steps:
            control_store.objects(Gauge).filter(name=name).update(step=0)


def remove_limit(name: str) -> bool:
    """Allow any number; False where nothing was set."""
    with control_store.atomic():
        return bool(control_store.objects(Limit).filter(name=name).delete()[0])


def groups() -> list[Group]:
    """All groups of receiving domains, by name."""
    return [Group(row.number, row.name, tuple(row.domains), tuple(row.hosts)) for row in control_store.objects(Receivers).order_by("name")]


def receiving_domains() -> dict[str, int]:
    """Domain -> number of its group, as a launch freezes it."""
    return {domain: group.number for group in groups() for domain in group.domains}


def hosts_of_groups() -> dict[str, int]:
    """End of the name of a mail host -> number of its group, as a launch freezes it."""
    return {host: group.number for group in groups() for host in group.hosts}


def set_group(name: str, domains: Collection[str], hosts: Collection[str], limits: Limits, *, now: datetime) -> Group:
    """Make or change a group of receiving domains and its limit; mailings know it that are launched from now on.

    domains  lower-case A-labels
    hosts    ends of the names of mail hosts, the same

    Raises DomainTaken where one of them is in another group.
    """
    with control_store.atomic():
        others = [group for group in groups() if group.name != name]
        _refuse_taken(domains, {domain: group.name for group in others for domain in group.domains})
        _refuse_taken(hosts, {host: group.name for group in others for host in group.hosts})
        values = {"domains": sorted(set(domains)), "hosts": sorted(set(hosts))}
        row, _new = control_store.objects(Receivers).update_or_create(name=name, defaults=values)
        set_limit(receivers_name(row.number), limits, now=now)
    return Group(row.number, name, tuple(row.domains), tuple(row.hosts))


def _refuse_taken(wanted: Collection[str], taken: Mapping[str, str]) -> None:
    if both := sorted(set(wanted) & taken.keys()):
        raise DomainTaken(domain=both[0], group=taken[both[0]])


def remove_group(name: str) -> bool:
    """Forget a group; what waits for its limit goes out. False where there was none."""
    with control_store.atomic():
        row = control_store.objects(Receivers).filter(name=name).first()
        if row is None:
            return False
        remove_limit(receivers_name(row.number))
        row.delete()
    return True

"""A tenant's own names for its public pages: noted, proved by the DNS, used in links, given up. The tenant's log has each step."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.evidence.services import append
from siegelpost.flows.dns import asker, asks_dns
from siegelpost.mailings.domain_answers import Answer, Question
from siegelpost.tenancy import public_hosts as kept
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.host_errors import HostWrong
from siegelpost.tenancy.host_rules import MISSING, WRONG, judge, proof_name, proof_value, read_host
from siegelpost.tenancy.public_hosts import HostView

SECONDS: Final = 5.0
"""For all look-ups of one name."""
EVERY: Final = timedelta(days=1)
"""Between two looks at a name that was proved."""
KINDS: Final = ("A", "AAAA")
LOST: Final = (MISSING, WRONG)
"""A record that is surely gone; silence proves nothing."""


def add_host(tenant: TenantDB, text: str, *, settings: Settings, actor: Actor, now: datetime) -> HostView:
    """Note a name that somebody typed. Raises HostWrong, HostKnown, HostsTooMany."""
    host = read_host(text, _ours(settings))
    if not host:
        raise HostWrong
    with tenant.atomic():
        found = kept.add_host(tenant, host, now=now)
        _note(tenant, "host_added", {"host": host}, actor, now)
    return found


def check_host(tenant: TenantDB, number: int, *, settings: Settings, actor: Actor, now: datetime) -> HostView:
    """Look at the DNS of a name now. Raises HostUnknown, HostTaken.

    Where another tenant has proved it before, its record decides: while that is published the name stays there.
    """
    one = kept.host_by_id(tenant, number)
    seen = _look(one, settings)
    holder = kept.holder_of(one.host)
    if holder is not None and holder.id != one.id and _look(holder, settings) in LOST:
        kept.withdraw(holder.id)
    with tenant.atomic():
        if kept.note_look(tenant, number, seen, now=now):
            _note(tenant, "host_proved", {"host": one.host}, actor, now)
    return kept.host_by_id(tenant, number)


def use_host(tenant: TenantDB, number: int | None, *, actor: Actor, now: datetime) -> None:
    """Let links of what is sent from now on begin with this name; None: with that of the installation. Raises HostUnknown, HostUnproved."""
    with tenant.atomic():
        kept.use_in_links(tenant, number)
        host = kept.host_by_id(tenant, number).host if number is not None else ""
        _note(tenant, "host_in_links", {"host": host}, actor, now)


def remove_host(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> None:
    """Give a name up: pages answer by it no longer, and links that begin with it lead nowhere. Raises HostUnknown."""
    with tenant.atomic():
        _note(tenant, "host_removed", {"host": kept.remove_host(tenant, number).host}, actor, now)


def records_of(one: HostView, settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """What its owner publishes: name, type, value. The proof first."""
    return (proof_name(one.host), "TXT", proof_value(one.secret)), (one.host, "CNAME", settings.public_host)


def look_again(settings: Settings, tenants: list[TenantDB], *, now: datetime) -> None:
    """Look once a day at names that were proved; what is found stands on their page. Called every hour."""
    if not asks_dns(settings):
        return
    for tenant in tenants:
        for one in kept.hosts_of(tenant):
            if one.verified and (one.looked_at is None or now - one.looked_at > EVERY):
                kept.note_look(tenant, one.id, _look(one, settings), now=now)


def _look(one: HostView, settings: Settings) -> str:
    proof = Question(proof_name(one.host), "TXT")
    places = {name: [Question(name, kind) for kind in KINDS] for name in (one.host, settings.public_host)}
    found = asker(settings, SECONDS)([proof, *(question for each in places.values() for question in each)])
    here, there = (_addresses(found, places[name]) for name in (settings.public_host, one.host))
    return judge(found[proof].values, one.secret, answered=not found[proof].failed, leads_to_us=bool(here & there))


def _addresses(found: Mapping[Question, Answer], asked: list[Question]) -> set[str]:
    return {value for question in asked for value in found[question].values}


def _ours(settings: Settings) -> tuple[str, ...]:
    return tuple(urlsplit(url).hostname or "" for url in (settings.public_url, settings.staff_url))


def _note(tenant: TenantDB, act: str, details: dict[str, Any], actor: Actor, now: datetime) -> None:
    append(tenant, f"tenancy.{act}", details=details, actor=actor, at=now)

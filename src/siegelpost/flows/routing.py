"""By which relays mail goes: what the settings and the control database say, and how it is changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings, is_relay, process_settings
from siegelpost.delivery.errors import NoSuchSender
from siegelpost.delivery.kitchen import SIGNATURES
from siegelpost.delivery.limits import relay_name, remove_limit
from siegelpost.delivery.relay import TLS_MODES, Relay
from siegelpost.delivery.routing import Routing
from siegelpost.delivery.signing import MAY_BE_UNSIGNED, MOST, PROFILES, Signing, header_named
from siegelpost.evidence.services import append
from siegelpost.flows.operator_acts import write_down
from siegelpost.mailings.reads import domains_of
from siegelpost.tenancy import routes as kept
from siegelpost.tenancy.errors import HeaderMustBeSigned, RelayNameWrong, RelayProfileUnknown, RelayUrlWrong
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store
from siegelpost.tenancy.relays import broken, mend
from siegelpost.tenancy.routes import DEFAULT

NAME: Final = re.compile(r"[a-z0-9-]{1,40}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRelay:
    """A relay without its password; `works` as far as the sending processes know, and what is signed for it (see Signing)."""

    name: str
    host: str
    port: int
    user: str
    tls: str
    works: bool
    unsigned: tuple[str, ...]
    signatures: int


def routing(settings: Settings) -> Routing:
    """All relays and routes; in a test system none that is not on this machine."""
    entries = {name: one for name, one in kept.relay_entries().items() if settings.may_reach(one.url)}
    found = {name: Relay.parse(one.url, name, Signing(one.unsigned, one.signatures)) for name, one in entries.items()}
    return Routing(Relay.parse(settings.relay_url), found, kept.routes())


def relays(settings: Settings) -> list[KnownRelay]:
    """All relays, that of the settings first."""
    at_most = SIGNATURES[settings.signatures]
    return [_known(one, min(at_most, one.signing.most)) for one in routing(settings).relays]


def _known(one: Relay, signatures: int) -> KnownRelay:
    name, works = one.label or DEFAULT, broken(one.name) is None
    unsigned = one.signing.unsigned
    return KnownRelay(
        name=name, host=one.host, port=one.port, user=one.user, tls=one.tls, works=works, unsigned=unsigned, signatures=signatures
    )


def routes_of(tenant: TenantDB) -> dict[str, tuple[str, ...]]:
    """Sender domain ("" for all others) -> names of relays in the order of choice."""
    return {domain: names for (number, domain), names in kept.routes().items() if number == tenant.number}


def weakest_tls(tenant: TenantDB, domain: str) -> str:
    """What every relay keeps to by which mail of a sender domain may go: required, opportunistic or off."""
    route = routing(process_settings()).route(tenant.number, domain)
    return max((one.tls for one in route), key=TLS_MODES.index, default=TLS_MODES[0])


def remove_relay(name: str, *, now: datetime) -> None:
    """Forget a relay and its limit. Raises RelayUnknown, and RelayInUse where mail goes by it."""
    with operator_store().atomic():
        kept.remove_relay(name)
        remove_limit(relay_name(name))
        mend(name)
        write_down("relay.removed", subject=f"relay:{name}", now=now)
    log.info("relay.removed", name=name)


def signing_of(profile: str, unsigned: Sequence[str], signatures: int | None) -> Signing | None:
    """What is signed for a relay of a known kind ("" for none), with what differs from that; None where nothing is said.

    Raises RelayProfileUnknown, and HeaderMustBeSigned.
    """
    if not profile and not unsigned and signatures is None:
        return None
    known = PROFILES.get(profile or "none")
    if known is None:
        raise RelayProfileUnknown(known=", ".join(sorted(PROFILES)))
    more = [header_named(name) for name in unsigned]
    if None in more:
        raise HeaderMustBeSigned(known=", ".join(MAY_BE_UNSIGNED))
    names = {*known.unsigned, *more}
    return Signing(tuple(name for name in MAY_BE_UNSIGNED if name in names), known.most if signatures is None else signatures)


def set_relay(name: str, url: str, *, settings: Settings, now: datetime, signing: Signing | None = None) -> None:
    """Make a relay known, or change its address, and with `signing` what is signed for it. Raises RelayNameWrong and RelayUrlWrong."""
    if not NAME.fullmatch(name) or name == DEFAULT:
        raise RelayNameWrong
    if not is_relay(url) or not settings.may_reach(url):
        raise RelayUrlWrong
    before = kept.relay_entries().get(name)
    unsigned, most = (signing.unsigned, signing.most) if signing else (before.unsigned, before.signatures) if before else ((), MOST)
    with operator_store().atomic():
        kept.set_relay(name, kept.Entry(url, unsigned, most), now=now)
        mend(name)  # what was wrong at the former address says nothing about this one
        write_down("relay.set", subject=f"relay:{name}", details={"unsigned": list(unsigned), "signatures": most}, now=now)
    log.info("relay.set", name=name)


def use(tenant: TenantDB, domain: str, names: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Let mail of a sender domain ("" for all others and for system mails) go by the first of these relays that works.

    names  none: back to the relay of the settings

    Raises NoSuchSender, and RelayUnknown.
    """
    domain = domain.strip().lower()
    if domain and domain not in {one.domain for one in domains_of(tenant)}:
        raise NoSuchSender
    kept.set_route(tenant.number, domain, tuple(dict.fromkeys(names)))
    with tenant.atomic():
        details = {"domain": domain, "relays": list(names)}
        append(tenant, "relay.route_set", subject="relay:route", details=details, actor=actor, at=now)

"""Relays beside that of SIEGELPOST_RELAY_URL, and by which of them the mail of a tenant's sender domains goes."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from siegelpost.sign.keys import unwrap, wrap
from siegelpost.tenancy.errors import RelayInUse, RelayUnknown
from siegelpost.tenancy.home import master_key
from siegelpost.tenancy.models import RelayEntry, Route

DEFAULT: Final = "default"
"""Name of the relay of SIEGELPOST_RELAY_URL."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A relay as it is kept: address with password, headers that are not signed for it, and how many signatures it accepts."""

    url: str = field(repr=False)
    unsigned: tuple[str, ...]
    signatures: int


def relay_entries() -> dict[str, Entry]:
    """All relays but the default one, by name."""
    key = master_key()
    rows = RelayEntry.objects.order_by("name")
    return {row.name: Entry(unwrap(key, bytes(row.wrapped_url)).decode(), tuple(row.unsigned), row.signatures) for row in rows}


def set_relay(name: str, entry: Entry, *, now: datetime) -> None:
    """Make a relay known, or change it; all was checked before."""
    wrapped = wrap(master_key(), entry.url.encode(), random=secrets.token_bytes)
    values = {"wrapped_url": wrapped, "unsigned": list(entry.unsigned), "signatures": entry.signatures, "set_at": now}
    RelayEntry.objects.update_or_create(name=name, defaults=values)


def remove_relay(name: str) -> None:
    """Forget a relay. Raises RelayUnknown, and RelayInUse where mail goes by it."""
    with transaction.atomic():
        if any(name in relays for relays in routes().values()):
            raise RelayInUse(name=name)
        if not RelayEntry.objects.filter(name=name).delete()[0]:
            raise RelayUnknown(name=name)


def routes() -> dict[tuple[int, str], tuple[str, ...]]:
    """Number of the tenant and sender domain ("" for all others) -> names of relays in the order of choice."""
    rows = Route.objects.order_by("tenant_number", "domain").values_list("tenant_number", "domain", "relays")
    return {(number, domain): tuple(relays) for number, domain, relays in rows}


def set_route(tenant_number: int, domain: str, relays: tuple[str, ...]) -> None:
    """Let mail of a domain go by the first of these relays that works; () forgets the route. Raises RelayUnknown."""
    with transaction.atomic():
        known = {DEFAULT, *RelayEntry.objects.values_list("name", flat=True)}
        if unknown := [one for one in relays if one not in known]:
            raise RelayUnknown(name=unknown[0])
        if relays:
            Route.objects.update_or_create(tenant_number=tenant_number, domain=domain, defaults={"relays": list(relays)})
        else:
            Route.objects.filter(tenant_number=tenant_number, domain=domain).delete()

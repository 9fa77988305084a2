"""Slows down whoever sends tokens that are none, by network address. Nobody guesses 256 bits: it spares the log and the database."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from siegelpost.api.errors import TooManyWrong

MOST: Final = 20
"""A program with a mistyped token and a few retries stays below it."""
QUIET: Final = 300
"""Seconds without a wrong one after which all is forgotten."""
_NETWORK: Final = 64
"""Bits of an IPv6 address that one customer of a provider has (RFC 6177)."""


def count_wrong(request: HttpRequest) -> None:
    """One more. Raises TooManyWrong beyond MOST. Two at the same moment may count as one: it is a brake and no lock."""
    key = f"api:wrong:{_from(request)}"
    so_far = cache.get(key, 0)
    cache.set(key, so_far + 1, QUIET)
    if so_far >= MOST:
        raise TooManyWrong(minutes=QUIET // 60)


def _from(request: HttpRequest) -> str:
    """As the login counts: declared proxies are believed about whom they saw."""
    text = str(get_adapter(request).get_client_ip(request))
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{text}/{_NETWORK}", strict=False)) if isinstance(address, IPv6Address) else text

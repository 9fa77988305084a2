"""What this machine calls itself, for itself."""

from ipaddress import ip_address
from typing import Final

LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))
"""Hosts that are reached without a network."""


def is_loopback(host: str) -> bool:
    """Whether a socket that is bound to this can be reached from this machine only; a name that is none of LOOPBACK is not."""
    try:
        return host in LOOPBACK or ip_address(host).is_loopback
    except ValueError:
        return False

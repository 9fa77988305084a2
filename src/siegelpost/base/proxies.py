"""Whose word about a client's address is taken: that of declared proxies, and of nobody else. Pure."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
THIS_MACHINE: Final[tuple[Network, ...]] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
"""A proxy on this machine need not be declared."""
WIDEST: Final = {4: 8, 6: 16}
"""Bits of the prefix that a declared network has at least: a wider one would believe half the world."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Read "10.0.0.5, 192.0.2.0/28, 2001:db8::/64"; an address alone stands for itself. Raises ValueError."""
    found = tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    if any(one.prefixlen < WIDEST[one.version] for one in found):
        raise ValueError("too wide")
    return found


def client_of(peer: str, said: str, trusted: tuple[Network, ...]) -> str:
    """Say who asks: from the right, the first hop that is no proxy of ours.

    peer     the address at the other end of the connection, which nobody can invent
    said     X-Forwarded-For: each proxy appends whom it saw, so what stands on the left is anybody's claim
    trusted  declared proxies; this machine's are always among them

    What is no address ends the way: the last proxy that was believed is then as far as anybody knows.
    """
    here, hops = _address(peer), said.split(",")
    if here is None:
        return peer
    while hops and is_among(here, trusted):
        before = _address(hops.pop())
        if before is None:
            break
        here = before
    return str(here)


def is_among(address: Address | str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of these networks or on this machine; what is no address does not."""
    found = _address(address) if isinstance(address, str) else address
    return found is not None and any(found.version == one.version and found in one for one in (*THIS_MACHINE, *networks))


def _address(text: str) -> Address | None:
    """With or without port, as proxies write it; an IPv4 address inside an IPv6 one (RFC 4291 section 2.5.5.2) is the former."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ip_address(plain)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found

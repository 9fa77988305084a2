"""Nothing that this program sends leaves the machine."""

import ipaddress

LOOPBACK = frozenset({ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")})


class NotThisMachine(ValueError):
    """Somebody asked for another host than this one."""


def loopback_address(host: str) -> str:
    """Return the address to connect to for `host`: "127.0.0.1" or "::1".

    Raises NotThisMachine for every other host; names but "localhost" are never looked up.
    """
    if host.lower() == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        raise NotThisMachine(f"{host!r} is not this machine") from None
    if address not in LOOPBACK:
        raise NotThisMachine(f"{host!r} is not this machine")
    return str(address)

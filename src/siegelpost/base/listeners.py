"""At which ports this machine can be reached, as its kernel says (proc(5), /proc/net). Linux only."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc/net")
EPHEMERAL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
LISTENS: Final = {"tcp": "0A", "udp": "07"}
"""State of a socket that takes whoever comes: TCP_LISTEN; UDP knows only sockets that are not tied to one other (TCP_CLOSE)."""
TABLES: Final = (("tcp", "tcp"), ("tcp6", "tcp"), ("udp", "udp"), ("udp6", "udp"))


@dataclass(frozen=True, slots=True, order=True)
class Port:
    """As people write it: 443/tcp."""

    number: int
    protocol: str = "tcp"

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that takes whoever comes."""

    port: Port
    address: IPv4Address | IPv6Address

    @property
    def is_reachable(self) -> bool:
        """Whether others than this machine can get there, as far as the machine itself is concerned."""
        mapped = getattr(self.address, "ipv4_mapped", None)
        return not (mapped or self.address).is_loopback


def read_ports(text: str) -> tuple[Port, ...]:
    """Read "22, 443, 123/udp". Raises ValueError."""
    return tuple(sorted({_port(part.strip()) for part in text.split(",") if part.strip()}))


def listeners() -> list[Listener]:
    """All of the network that this process is in: inside of a container, that of the container. Raises OSError, ValueError."""
    found = [one for table, protocol in TABLES if (PROC / table).exists() or table == "tcp" for one in _of(PROC / table, protocol)]
    return [one for one in found if one.port.protocol == "tcp" or one.port.number < _first_ephemeral()]


def _of(table: Path, protocol: str) -> Iterator[Listener]:
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        _number, local, _remote, state, *_rest = line.split()
        if state == LISTENS[protocol]:
            address, _colon, port = local.partition(":")
            yield Listener(Port(int(port, 16), protocol), address_of(address))


def address_of(hexadecimal: str) -> IPv4Address | IPv6Address:
    """The kernel writes an address as words of 32 bits, each in the order of this machine."""
    words = [int(hexadecimal[at : at + 8], 16) for at in range(0, len(hexadecimal), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    return ip_address(packed)


def _first_ephemeral() -> int:
    """From here on ports are given to whoever asks somebody else: a socket of UDP that waits for an answer looks like one that listens."""
    return int(EPHEMERAL.read_text(encoding="ascii").split()[0])


def _port(text: str) -> Port:
    number, slash, protocol = text.partition("/")
    if not (number.isascii() and number.isdecimal() and 0 < int(number) < 1 << 16) or (slash and protocol not in LISTENS):
        raise ValueError(text)
    return Port(int(number), protocol or "tcp")

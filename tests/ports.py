"""Ports on the loopback that are given to one process of the tests alone, and that the system lends to nobody.

A port that the system chooses (port 0) may be another's before it is bound in earnest: it lends it to the next connection that
goes out, or to whoever asks for any port meanwhile. With a server for each of hundreds of tests that happens.
"""

import random
import socket
from collections import deque
from pathlib import Path

LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST = 10_000
KEPT = 200
"""So many of the last ones are kept for us; whoever asked for one before that is through with it, or listens on it."""
_kept: deque[socket.socket] = deque()


def free_port(ports: range | None = None) -> int:
    """A port on 127.0.0.1 on which nobody listens, and that no other process of tests is given while this one uses it.

    ports  out of these; without them out of those below the ones that the system lends

    Raises RuntimeError where none is left.
    """
    ours = ports or range(FIRST, int(LENT.read_text().split()[0]))
    for port in random.sample(ours, len(ours)):
        if (kept := _reserve(port)) is None:
            continue
        if not _is_free(port):
            kept.close()
            continue
        _kept.append(kept)
        if len(_kept) > KEPT:
            _kept.popleft().close()
        return port
    raise RuntimeError(f"no port is free out of {len(ours)}")


def _reserve(port: int) -> socket.socket | None:
    """Hold the name of the port among the abstract sockets (unix(7)), which go with the process; None where another holds it."""
    kept = socket.socket(socket.AF_UNIX)
    try:
        kept.bind(f"\0siegelpost-tests-port-{port}")
    except OSError:
        kept.close()
        return None
    return kept


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: what ended a moment ago is in nobody's way
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

"""How long a session is open, and when it must be entered anew. Pure."""

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(minutes=10)
"""Without a sign of its person a session is locked; tenants may only shorten it (control 1.2-11)."""
LONGEST: Final = timedelta(hours=12)
"""After which a session is over whatever happens: a working day."""
NOTED: Final = timedelta(seconds=30)
"""Signs of life are written down no more often than that."""
FRESH: Final = timedelta(minutes=10)
"""For so long whoever has shown the password (or logged in) need not show it again for what is sensitive; ASVS 5.0 7.5.3."""
OPEN, LOCKED, OVER = "open", "locked", "over"


@dataclass(frozen=True, slots=True)
class Trace:
    """From where a request comes: no more of it than is needed to see that it comes from somewhere else.

    network  the address without its last parts: /24 of IPv4, /48 of IPv6
    browser  in a few words, for the list of sessions
    agent    keyless hash of the browser's whole description
    """

    network: str
    browser: str
    agent: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A session of somebody who is logged in."""

    began_at: datetime
    seen_at: datetime
    locked: bool
    trace: Trace


def judge(stay: Stay, trace: Trace, *, idle: timedelta, now: datetime) -> str:
    """Say what a session is worth now: OPEN, LOCKED or OVER.

    Another network or another browser locks, too: a stolen cookie opens nothing without the password; who just changed the
    network shows it once. A clock that was set back opens nothing for longer.
    """
    if now - stay.began_at >= LONGEST:
        return OVER
    moved = (trace.network, trace.agent) != (stay.trace.network, stay.trace.agent)
    return LOCKED if stay.locked or moved or now - stay.seen_at >= idle else OPEN


def shortest(minutes: list[int | None]) -> timedelta:
    """The idle time of somebody by what their tenants ask for; never longer than IDLE."""
    return min([IDLE, *(timedelta(minutes=one) for one in minutes if one)])


def trace_of(address: str, agent: str) -> Trace:
    """The trace of a request, by the client's address and its User-Agent, both as they were said."""
    return Trace(_network(address), _browser(agent), hashlib.sha256(agent.encode("utf-8", "replace")).hexdigest()[:16])


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def _browser(agent: str) -> str:
    names = (("Edge", "Edg/"), ("Firefox", "Firefox/"), ("Chrome", "Chrome/"), ("Safari", "Safari/"))
    systems = (("Android", "Android"), ("iOS", "iPhone|iPad"), ("Windows", "Windows"), ("macOS", "Mac OS"), ("Linux", "Linux"))
    found = [next((name for name, mark in group if re.search(mark, agent)), "") for group in (names, systems)]
    return ", ".join(one for one in found if one)

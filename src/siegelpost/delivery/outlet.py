"""A relay as one sending process uses it: its lanes, its breaker, and how much it carries."""

import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

from siegelpost.delivery.breaker import Breaker
from siegelpost.delivery.desk import TLS_FORGOTTEN, Desk
from siegelpost.delivery.health import PROBE
from siegelpost.delivery.relay import Relay, TlsMissing
from siegelpost.delivery.sizing import MOST, Sizing
from siegelpost.delivery.work import Work
from siegelpost.tenancy import relays

GO: Final = float("-inf")


class Outlet:
    """One per relay and process. `dry_until`: nobody had anything for it, or was allowed to send; time.monotonic."""

    def __init__(self, relay: Relay, own_name: str, lanes: int, processes: int) -> None:
        self.relay = relay
        self.desk = Desk(relay, own_name, lanes)
        self.tls_desk = Desk(relay, own_name, lanes, demanded=True)
        self.breaker = Breaker(relay, (self.desk.health, self.tls_desk.health))
        self.sizing = Sizing(lanes, processes)
        self.dry_until = GO
        self._told = False

    def desk_for(self, *, demands_tls: bool) -> Desk:
        """The lanes for such mail."""
        return self.tls_desk if demands_tls else self.desk

    @property
    def lacks_tls(self) -> bool:
        """Whether the last call found no TLS that mail could go through which demands it."""
        seen = self.breaker.seen
        lacks = self.tls_desk.waits_for_tls or (seen is not None and seen.code == TlsMissing.code)
        return lacks and not self.breaker.probing

    def tell(self) -> None:
        """Let all processes know while it works but has no TLS for mail that demands it: people ask what that mail waits for."""
        lacks = self.tls_desk.waits_for_tls
        if lacks and not self._told:
            relays.mend(self.relay.name_with_tls)  # what a process that was killed left behind
            relays.break_relay(self.relay.name_with_tls, TlsMissing.code, "", pause=int(TLS_FORGOTTEN), now=int(time.time()))
        elif self._told and not lacks:
            relays.mend(self.relay.name_with_tls)
        self._told = lacks

    def is_out(self, *, demands_tls: bool) -> bool:
        """Whether such mail has to wait for this relay."""
        return self.breaker.seen is not None or (demands_tls and self.lacks_tls)

    def is_low(self, works: Sequence[Work]) -> bool:
        """Whether its lanes will soon run out of these; a relay that is tried again gets one small slice."""
        if self.breaker.probing:
            return not works
        moving = [work for work in works if not (work.demands_tls and self.tls_desk.waits_for_tls)]
        return self.sizing.is_low(sum(work.left for work in moving), len(moving[-1].claimed.rows) if moving else MOST)

    def limit(self, left: Callable[[], int] | None) -> int:
        """How much to claim; `left` says how much of a mailing is due, None where there is none."""
        if self.breaker.probing:
            return PROBE
        return self.sizing.share(left()) if left else self.sizing.size()

    def trouble(self) -> bool:
        """Whether it needs a look at once."""
        closed = self.desk.health.closed or self.tls_desk.health.closed
        return (closed and (self.breaker.seen is None or self.breaker.probing)) or self.breaker.is_answered()

    async def close(self) -> None:
        """End all connections."""
        await self.desk.close()
        await self.tls_desk.close()


def choose(route: Sequence[Outlet], low: Collection[Outlet], *, demands_tls: bool) -> Outlet | None:
    """The first that works, or is tried again and wants a message; None: the mail waits.

    Mail that demands TLS takes the first that has some. Where all lack it, it is one at which such mail bounces; where one that is
    out of order may have it, the mail waits for that one.
    """
    having = [one for one in route if not one.lacks_tls] if demands_tls else route
    if having:
        found = next((one for one in having if one.breaker.seen is None or (one.breaker.probing and one in low)), None)
    else:
        found = next((one for one in route if one.breaker.may_claim(demands_tls=demands_tls)), None)
    return found if found in low else None

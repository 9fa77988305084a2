"""The relays of one sending process: by which of them mail goes, and which it hangs up at."""

from collections.abc import Callable, Collection, Iterator

from siegelpost.delivery.outlet import Outlet
from siegelpost.delivery.relay import Relay
from siegelpost.delivery.routing import Routing


class Outlets:
    """One per process; used by the thread of the database.

    make     opens what a process needs for one relay
    default  takes mail without a route
    """

    def __init__(self, make: Callable[[Relay], Outlet], default: Relay) -> None:
        self._make = make
        self._routing = Routing(default)
        self._kept: dict[Relay, Outlet] = {}

    def __iter__(self) -> Iterator[Outlet]:
        """All that it has, with those that nobody may send by any more and that still have something under way."""
        return iter(list(self._kept.values()))

    def in_use(self) -> list[Outlet]:
        """Those of all relays that somebody may send by."""
        return [self._of(relay) for relay in self._routing.relays]

    def route(self, tenant_number: int, domain: str) -> list[Outlet]:
        """Those by which mail of a sender domain ("" for system mails) goes, in the order of choice."""
        return [self._of(relay) for relay in self._routing.route(tenant_number, domain)]

    def change(self, routing: Routing, busy: Collection[Outlet]) -> list[Outlet]:
        """Go by this from now on; returns those to hang up at. One of `busy` stays until what is under way there is finished."""
        self._routing = routing
        gone = [one for relay, one in self._kept.items() if relay not in routing.relays and one not in busy]
        for one in gone:
            del self._kept[one.relay]
        return gone

    def _of(self, relay: Relay) -> Outlet:
        if relay not in self._kept:
            self._kept[relay] = self._make(relay)
        return self._kept[relay]

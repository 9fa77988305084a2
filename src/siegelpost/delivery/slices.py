"""The slices that one sending process holds: settled bit by bit while they are sent, and closed at their end."""

import time
from collections.abc import Iterator

import structlog

from siegelpost.delivery.choose import Chooser
from siegelpost.delivery.claim import renew
from siegelpost.delivery.held import Held
from siegelpost.delivery.outlet import GO, Outlet
from siegelpost.delivery.rules import GIVEN_BACK
from siegelpost.delivery.settle import Listener, Result, close_slice, settle
from siegelpost.delivery.sizing import SETTLE_SECONDS
from siegelpost.delivery.work import Work

log = structlog.get_logger(__name__)


class Slices:
    """One per process; used by the thread of the database. `listener` is told of results inside their transaction."""

    def __init__(self, chooser: Chooser, listener: Listener | None) -> None:
        self._chooser, self._listener = chooser, listener
        self._held: list[Held] = []

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Held]:
        return iter(self._held)

    def add(self, held: Held) -> None:
        """Hold one more."""
        self._held.append(held)

    def works(self, outlet: Outlet) -> list[Work]:
        """What goes by a relay."""
        return [held.work for held in self._held if held.outlet is outlet]

    def settle_ripe(self) -> bool:
        """Settle those that are over, or were not settled for a moment; True where something was."""
        done = False
        for held in list(self._held):
            over = held.work.left == 0
            if over or time.monotonic() - held.settled_at > SETTLE_SECONDS:
                try:
                    done = self._settle(held, over=over) or done
                except Exception as reason:  # noqa: BLE001 - kept and tried again; other slices and tenants go on
                    held.settled_at = time.monotonic() + SETTLE_SECONDS
                    log.error("delivery.settle_failed", tenant=held.party.tenant.slug, kind=type(reason).__name__)
        return done

    def settle_all(self) -> None:
        """What the end of the connections decided: nothing stays claimed until somebody finds it."""
        for held in self._held:
            held.settled_at = float("-inf")
        self.settle_ripe()

    def _settle(self, held: Held, *, over: bool) -> bool:
        work, tenant = held.work, held.party.tenant
        lease = work.claimed.lease
        results = [work.results.popleft() for _ in range(len(work.results))]
        if results:
            self._settle_results(held, results)
        if not over and work.claimed.is_half_over() and not renew(tenant, work.claimed):
            work.ended = True
        held.settled_at = time.monotonic()
        if over and not work.results:
            close_slice(tenant, lease.slice_id)
            work.claimed.journal.end()
            self._held.remove(held)
            held.outlet.sizing.learn(held.done, time.monotonic() - held.begun_at, len(self.works(held.outlet)) + 1)
            held.outlet.dry_until = GO
            if held.party.dry:
                held.party.not_before = GO  # it may have been the last one of its mailing
        return bool(results)

    def _settle_results(self, held: Held, results: list[Result]) -> None:
        work, tenant = held.work, held.party.tenant
        lease = work.claimed.lease
        try:
            work.holds.keep(tenant, lease.mailing_id)
            kept = settle(tenant, lease, results, self._listener)
        except BaseException:
            work.results.extendleft(reversed(results))
            raise
        if kept != len(results):
            work.ended = True
        self._chooser.settled(work.claimed, results)
        held.done += sum(1 for one in results if one.outcome not in GIVEN_BACK)

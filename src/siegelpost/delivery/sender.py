"""The sending process: lanes in the event loop, the database in a thread beside it.

The thread claims slices and settles results (synchronous, one transaction at a time); the loop composes, signs and sends.
Between them are a queue of slices and the result lists. Several such processes share the work by claiming.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
import uvloop

from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery import tally
from siegelpost.delivery.claim import Claimed, Claimer, claim, is_due, renew
from siegelpost.delivery.desk import Desk
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.recover import recover
from siegelpost.delivery.relay import LoginRefused, Relay, RelayFault, TlsMissing
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import DELIVERIES, OUTGOING, Lease, Listener, Result, close_slice, settle
from siegelpost.delivery.upkeep import finish, pause
from siegelpost.delivery.work import Work
from siegelpost.mailings.reads import in_state
from siegelpost.tenancy.handle import TenantDB

SETTLE_SECONDS: Final = 0.5
RECOVER_SECONDS: Final = 5.0
HEED_SECONDS: Final = 0.5
"""A mailing that was paused or cancelled stops within this time."""
IDLE_SECONDS: Final = 0.1
SLICE_LEAST, SLICE_MOST, SLICE_LAST = 50, 1000, 100
"""Deliveries in a slice; towards the end of a mailing slices shrink to the last figure, so that all processes end together."""
GIVE_UP_SECONDS: Final = 15.0
"""A relay that cannot be reached for this long pauses the mailings that wait for it."""
STOP_SECONDS: Final = 20.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderConfig:
    """What one sending process is told when it starts.

    lanes        connections to the relay
    retry_first  seconds until the first new try after a 4xx
    tenants      opens all tenants; asked anew every few seconds
    listener     told of results inside their transaction
    processes    that share the work with this one, itself counted
    """

    who: Claimer
    relay: Relay
    own_name: str
    kitchen: Kitchen
    tenants: Callable[[], list[TenantDB]]
    listener: Listener | None = None
    lanes: int = 10
    retry_first: int = 60
    processes: int = 1


@dataclass(slots=True)
class Held:
    """A slice of ours and whose it is."""

    tenant: TenantDB
    work: Work
    settled_at: float
    begun_at: float = field(default_factory=time.monotonic)


class Sender:
    """One sending process; `run` returns after `stop`."""

    def __init__(self, config: SenderConfig) -> None:
        self.config = config
        self.desk = Desk(config.relay, config.own_name, config.lanes)
        self._held: list[Held] = []
        self._stopping = threading.Event()
        self._tenants: list[TenantDB] = []
        self._turn = 0
        self._recovered_at = self._heeded_at = float("-inf")
        self._dry_until = 0.0
        self._rate = 400.0  # messages per second, learned; the first slice is small
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Finish what is in flight, give the rest back, end. May be called from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Send until `stop` is called."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._feed)
        for lane in list(self.desk.lanes):
            lane.leave()
        await asyncio.sleep(0.05)

    def _feed(self) -> None:
        """The thread of the database."""
        stop_at = float("inf")
        while True:
            try:
                busy = self._round(claiming=not self._stopping.is_set())
            except Exception as reason:  # noqa: BLE001 - a database that is away for a moment must not end the process
                log.error("delivery.round_failed", kind=type(reason).__name__)
                self._close()
                busy = False
            if self._stopping.is_set():
                self._end_all()
                stop_at = min(stop_at, time.monotonic() + STOP_SECONDS)
                if not self._held or time.monotonic() > stop_at:
                    break
            if not busy:
                self._stopping.wait(0.02 if self._held else IDLE_SECONDS)
                if self._stopping.is_set():
                    time.sleep(0.02)
        self._close()

    def _round(self, *, claiming: bool) -> bool:
        """Settle what is ripe, heed the relay, claim when the lanes run low; True where something was done."""
        done = self._settle_ripe()
        self._heed_faults()
        if time.monotonic() - self._recovered_at > RECOVER_SECONDS:
            self._tenants = self.config.tenants()
            recover(self._tenants, self.config.who.home, now=int(time.time()), listener=self.config.listener)
            self._recovered_at = time.monotonic()
            if not self._held:
                self._close()
        if time.monotonic() - self._heeded_at > HEED_SECONDS:
            self._heed_states()
            self._heeded_at = time.monotonic()
        if claiming and self.desk.may_claim() and self._low() and time.monotonic() > self._dry_until:
            claimed = self._claim_next()
            self._dry_until = 0.0 if claimed else time.monotonic() + IDLE_SECONDS
            done = claimed or done
        return done

    def _low(self) -> bool:
        """Whether the lanes will soon run out of work."""
        newest = len(self._held[-1].work.claimed.rows) if self._held else SLICE_MOST
        return sum(held.work.left for held in self._held) < max(2 * self.config.lanes, min(newest, self._slice_size()) // 2)

    def _slice_size(self) -> int:
        return int(max(SLICE_LEAST, min(SLICE_MOST, self._rate * SETTLE_SECONDS)))

    def _share(self, tenant: TenantDB, mailing_id: int) -> int:
        """How much to claim: less towards the end of a mailing, so that nobody is idle while another still has a full slice."""
        size = self._slice_size()
        if self.config.processes < 2 or not mailing_id:
            return size
        left = tally.counts(tenant, mailing_id)["due"]
        return min(size, max(SLICE_LAST, left // (2 * self.config.processes)))

    def _claim_next(self) -> bool:
        """Claim one slice from the tenant whose turn it is; transactional and dialog mails first."""
        for _ in range(len(self._tenants)):
            self._turn = (self._turn + 1) % len(self._tenants)
            tenant = self._tenants[self._turn]
            try:
                if self._claim_of(tenant):
                    return True
            except Exception as reason:  # noqa: BLE001 - one tenant's database must not stop the others
                log.error("delivery.claim_failed", tenant=tenant.slug, kind=type(reason).__name__)
                tenant.close()
        return False

    def _claim_of(self, tenant: TenantDB) -> bool:
        """One slice of this tenant; ends mailings that have nothing left."""
        if self._claim_from(tenant, 0):
            return True
        for mailing_id in in_state(tenant, "sending"):
            if self._claim_from(tenant, mailing_id):
                return True
            finish(tenant, mailing_id)
        return False

    def _claim_from(self, tenant: TenantDB, mailing_id: int) -> bool:
        kitchen, config = self.config.kitchen, self.config
        if not is_due(tenant, mailing_id, int(time.time())):
            return False
        plan = kitchen.plan(tenant, mailing_id) if mailing_id else None
        started = plan.launched if plan else 0
        lease = Lease(
            slice_id=0, mailing_id=mailing_id, table=DELIVERIES if mailing_id else OUTGOING, started=started, retry_first=config.retry_first
        )
        lists = plan.plan.list_ids if plan else ()
        taken = claim(tenant, config.who, lease, lists, limit=self._share(tenant, mailing_id), now=int(time.time()))
        if taken is None:
            return False
        self._take(tenant, taken)
        return True

    def _take(self, tenant: TenantDB, taken: Claimed) -> None:
        try:
            composer = self.config.kitchen.composer(tenant, taken)
        except SiegelpostError as error:
            self._give_back(tenant, taken, error.code)
            return
        except BaseException:
            taken.journal.leave()  # whoever finds it knows that nothing was begun
            raise
        work = Work(taken, composer.sender_of, composer.compose, deque(), len(taken.rows) + len(taken.withdrawn))
        work.withdraw()
        self._held.append(Held(tenant, work, time.monotonic()))
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.desk.add, work)

    def _give_back(self, tenant: TenantDB, taken: Claimed, code: str) -> None:
        """No message can be made of this slice: a mailing waits for the staff, a system mail is blocked."""
        outcome = Outcome.RELEASED if taken.lease.mailing_id else Outcome.BLOCKED
        rows = [*taken.rows, *taken.withdrawn]
        settle(tenant, taken.lease, [Result(one.delivery_id, 0, one.attempt, outcome, code[:16], int(time.time())) for one in rows])
        close_slice(tenant, taken.lease.slice_id)
        taken.journal.end()
        if taken.lease.mailing_id:
            pause(tenant, taken.lease.mailing_id, code)
        log.error("delivery.not_composed", code=code, tenant=tenant.slug, mailing=taken.lease.mailing_id)

    def _settle_ripe(self) -> bool:
        done = False
        for held in list(self._held):
            over = held.work.left == 0
            if over or time.monotonic() - held.settled_at > SETTLE_SECONDS:
                try:
                    done = self._settle_one(held, over=over) or done
                except Exception as reason:  # noqa: BLE001 - kept and tried again; other slices and tenants go on
                    held.settled_at = time.monotonic() + SETTLE_SECONDS
                    log.error("delivery.settle_failed", tenant=held.tenant.slug, kind=type(reason).__name__)
        return done

    def _settle_one(self, held: Held, *, over: bool) -> bool:
        results = [held.work.results.popleft() for _ in range(len(held.work.results))]
        lease, journal = held.work.claimed.lease, held.work.claimed.journal
        if results:
            try:
                kept = settle(held.tenant, lease, results, self.config.listener)
            except BaseException:
                held.work.results.extendleft(reversed(results))
                raise
            if kept != len(results):
                held.work.ended = True
        if not over and held.work.claimed.is_half_over() and not renew(held.tenant, held.work.claimed):
            held.work.ended = True
        held.settled_at = time.monotonic()
        if over and not held.work.results:
            close_slice(held.tenant, lease.slice_id)
            journal.end()
            self._held.remove(held)
            self._learn(held)
            self._dry_until = 0.0  # it may have been the last one of its mailing
        return bool(results)

    def _learn(self, held: Held) -> None:
        size, took = len(held.work.claimed.rows), max(time.monotonic() - held.begun_at, 0.01)
        self._rate = 0.7 * self._rate + 0.3 * size / took * max(1, len(self._held) + 1)

    def _heed_states(self) -> None:
        """Mailings that were paused or cancelled meanwhile: nothing more of them begins."""
        for held in self._held:
            mailing_id = held.work.claimed.lease.mailing_id
            if mailing_id and not held.work.ended and mailing_id not in in_state(held.tenant, "sending"):
                held.work.ended = True
                self._wake()

    def _heed_faults(self) -> None:
        fault = self.desk.fault
        if fault is None or self._loop is None:
            return
        lasting = time.monotonic() - self.desk.first_fault_at > GIVE_UP_SECONDS
        if isinstance(fault, LoginRefused | TlsMissing) or lasting:
            self._give_up(fault)

    def _give_up(self, fault: RelayFault) -> None:
        log.error("delivery.relay_fault", code=fault.code)
        for tenant in self._tenants:
            for mailing_id in in_state(tenant, "sending"):
                pause(tenant, mailing_id, fault.code)
        self._end_all()
        self.desk.fault, self.desk.faults_in_a_row, self.desk.not_before = None, 0, 0.0

    def _end_all(self) -> None:
        for held in self._held:
            held.work.ended = True
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.desk.sweep)

    def _close(self) -> None:
        for tenant in self._tenants:
            tenant.close()

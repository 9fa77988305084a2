"""The sending process: lanes in the event loop, the database in a thread beside it.

The thread claims slices and settles results (synchronous, one transaction at a time); the loop composes, signs and sends.
Between them are a queue of slices and the result lists. Several such processes share the work by claiming.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

import structlog
import uvloop

from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery import tally
from siegelpost.delivery.breaker import Breaker, Step
from siegelpost.delivery.choose import Chooser, Party
from siegelpost.delivery.claim import Claimed, Claimer, claim, renew
from siegelpost.delivery.desk import Desk
from siegelpost.delivery.errors import DatabaseOlder
from siegelpost.delivery.health import PROBE
from siegelpost.delivery.held import Held
from siegelpost.delivery.holds import Holds
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.recover import recover
from siegelpost.delivery.relay import Relay
from siegelpost.delivery.rules import EXPIRES_AFTER, GIVEN_BACK, Outcome
from siegelpost.delivery.settle import DELIVERIES, OUTGOING, Lease, Listener, Result, close_slice, settle
from siegelpost.delivery.sizing import MOST, SETTLE_SECONDS, Sizing
from siegelpost.delivery.upkeep import finish, pause
from siegelpost.delivery.work import Work
from siegelpost.mailings.reads import in_state
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import place_of
from siegelpost.tenancy.registry import close_control, open_tenant

RECOVER_SECONDS: Final = 5.0
HEED_SECONDS: Final = 0.5
"""A mailing that was paused or cancelled, and a relay that fails, are heeded within this time."""
IDLE_SECONDS: Final = 0.1
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
    on_older     told of a tenant whose database was put back, and nothing of it is sent
    zone         in which days begin
    """

    who: Claimer
    relay: Relay
    own_name: str
    kitchen: Kitchen
    tenants: Callable[[], list[TenantDB]]
    on_older: Callable[[TenantDB], None]
    listener: Listener | None = None
    lanes: int = 10
    retry_first: int = 60
    processes: int = 1
    zone: tzinfo = UTC


class Sender:
    """One sending process; `run` returns after `stop`."""

    def __init__(self, config: SenderConfig) -> None:
        self.config = config
        self.desk = Desk(config.relay, config.own_name, config.lanes)
        self.tls_desk = Desk(config.relay, config.own_name, config.lanes, demanded=True)
        self.breaker = Breaker(config.relay, (self.desk.health, self.tls_desk.health))
        self._sizing = Sizing(config.lanes, config.processes)
        self._held: list[Held] = []
        self._holds: dict[tuple[str, int], Holds] = {}
        self._stopping = threading.Event()
        self._tenants: list[TenantDB] = []
        self._chooser = Chooser(config.kitchen, config.zone)
        self._recovered_at = self._heeded_at = float("-inf")
        self._dry_until = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._place = place_of(config.who.home)

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
        await self.desk.close()
        await self.tls_desk.close()
        await asyncio.to_thread(self._settle_last)

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
                rest = self._dry_until - time.monotonic()
                self._stopping.wait(0.02 if self._held else max(0.02, min(rest, IDLE_SECONDS)))
                if self._stopping.is_set():
                    time.sleep(0.02)
        self._close()

    def _round(self, *, claiming: bool) -> bool:
        """Settle what is ripe, heed relay and staff, claim when the lanes run low; True where something was done."""
        done = self._settle_ripe()
        if time.monotonic() - self._recovered_at > RECOVER_SECONDS:
            self._tenants = self.config.tenants()
            recover(self._tenants, self.config.who.home, now=int(time.time()), listener=self.config.listener)
            self._recovered_at = time.monotonic()
            if not self._held:
                self._close()
        if time.monotonic() - self._heeded_at > HEED_SECONDS or self._trouble():
            self._heed_states()
            self._heed_relay()
            self._heeded_at = time.monotonic()
        if claiming and self._is_low() and time.monotonic() > self._dry_until:
            claimed = self._claim_next()
            self._dry_until = 0.0 if claimed else self._next_look()
            done = claimed or done
        return done

    def _next_look(self) -> float:
        """When to ask again after nobody had anything to send, or was allowed to."""
        now = time.monotonic()
        return now + HEED_SECONDS if self.breaker.seen else min(now + IDLE_SECONDS, self._chooser.next_at())

    def _is_low(self) -> bool:
        """Whether the lanes will soon run out of work; a relay that is tried again gets one small slice."""
        if self.breaker.probing:
            return not self._held
        moving = [held.work for held in self._held if not (held.work.demands_tls and self.tls_desk.waits_for_tls)]
        return self._sizing.is_low(sum(work.left for work in moving), len(moving[-1].claimed.rows) if moving else MOST)

    def _limit(self, tenant: TenantDB, mailing_id: int) -> int:
        """How much to claim."""
        if self.breaker.probing:
            return PROBE
        if self.config.processes < 2 or not mailing_id:
            return self._sizing.size()
        return self._sizing.share(tally.counts(tenant, mailing_id)["due"])

    def _claim_next(self) -> bool:
        """Claim one slice for whoever's turn it is.

        Nothing where the home folder is not the one that we began with: an older copy was put back under us, and what it says
        is due may have gone out. The worker asks a person, and starts us again.
        """
        if not self._place or place_of(self.config.who.home) != self._place:
            return False
        for party in self._chooser.in_turn(self._tenants):
            try:
                if self._claim_from(party):
                    return True
            except Exception as reason:  # noqa: BLE001 - one tenant's database must not stop the others
                log.error("delivery.claim_failed", tenant=party.tenant.slug, kind=type(reason).__name__)
                party.tenant.close()
                close_control()
        return False

    def _claim_from(self, party: Party) -> bool:
        """One slice of what it has to send, as far as it is allowed; ends a mailing that has nothing left."""
        tenant, mailing_id, config = party.tenant, party.mailing_id, self.config
        groups = self._chooser.due(party)
        if not groups:
            self._chooser.later(party)
            if mailing_id and finish(tenant, mailing_id):
                self._holds.pop((tenant.alias, mailing_id), None)
            return False
        plan = config.kitchen.plan(tenant, mailing_id).plan if mailing_id else None
        demands_tls = (plan is not None and plan.demands_tls) or open_tenant(tenant.slug).demands_tls
        if not self.breaker.may_claim(demands_tls=demands_tls):
            return False
        if demands_tls and self.tls_desk.waits_for_tls and any(held.work.demands_tls for held in self._held):
            return False  # one slice is enough to wait with
        grant = self._chooser.allow(party, groups, self._limit(tenant, mailing_id))
        if grant is None:
            return False
        lease = Lease(slice_id=0, mailing_id=mailing_id, table=DELIVERIES if mailing_id else OUTGOING, retry_first=config.retry_first)
        lists, taken = plan.list_ids if plan else (), None
        try:
            taken = claim(tenant, config.who, lease, lists, limit=grant.n, now=int(time.time()), groups=grant.groups)
        except DatabaseOlder:
            config.on_older(tenant)
        finally:
            self._chooser.served(party, grant, taken)
        if taken is None:
            return False
        self._take(party, taken, demands_tls=demands_tls)
        return True

    def _take(self, party: Party, taken: Claimed, *, demands_tls: bool) -> None:
        tenant, mailing_id = party.tenant, party.mailing_id
        try:
            composer = self.config.kitchen.composer(tenant, taken)
            holds = self._holds.setdefault((tenant.alias, mailing_id), Holds(for_staff=bool(mailing_id)))
            holds.refresh(tenant, mailing_id)
        except SiegelpostError as error:
            self._give_back(tenant, taken, error.code)
            return
        except BaseException:
            taken.journal.leave()  # whoever finds it knows that nothing was begun
            raise
        left = len(taken.rows) + len(taken.withdrawn)
        work = Work(taken, composer.sender_of, composer.compose, deque(), left, holds, demands_tls)
        work.withdraw()
        self._held.append(Held(party, work, time.monotonic()))
        if self._loop is not None:
            self._loop.call_soon_threadsafe((self.tls_desk if demands_tls else self.desk).add, work)

    def _give_back(self, tenant: TenantDB, taken: Claimed, code: str) -> None:
        """No message can be made of this slice: a mailing waits for the staff, a system mail is blocked."""
        outcome = Outcome.RELEASED if taken.lease.mailing_id else Outcome.BLOCKED
        rows = [*taken.rows, *taken.withdrawn]
        results = [Result(one.delivery_id, 0, one.attempt, outcome, code[:16], int(time.time())) for one in rows]
        settle(tenant, taken.lease, results)
        self._chooser.settled(taken, results)
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
                    log.error("delivery.settle_failed", tenant=held.party.tenant.slug, kind=type(reason).__name__)
        return done

    def _settle_last(self) -> None:
        """What the end of the connections decided: nothing stays claimed until somebody finds it."""
        for held in self._held:
            held.settled_at = float("-inf")
        self._settle_ripe()
        self._close()

    def _settle_one(self, held: Held, *, over: bool) -> bool:
        results = [held.work.results.popleft() for _ in range(len(held.work.results))]
        lease, journal = held.work.claimed.lease, held.work.claimed.journal
        if results:
            try:
                held.work.holds.keep(held.party.tenant, lease.mailing_id)
                kept = settle(held.party.tenant, lease, results, self.config.listener)
            except BaseException:
                held.work.results.extendleft(reversed(results))
                raise
            if kept != len(results):
                held.work.ended = True
            self._chooser.settled(held.work.claimed, results)
            held.done += sum(1 for one in results if one.outcome not in GIVEN_BACK)
        if not over and held.work.claimed.is_half_over() and not renew(held.party.tenant, held.work.claimed):
            held.work.ended = True
        held.settled_at = time.monotonic()
        if over and not held.work.results:
            close_slice(held.party.tenant, lease.slice_id)
            journal.end()
            self._held.remove(held)
            self._sizing.learn(held.done, time.monotonic() - held.begun_at, len(self._held) + 1)
            self._dry_until = 0.0  # it may have been the last one of its mailing
        return bool(results)

    def _heed_states(self) -> None:
        """What was paused, cancelled or put under a demand for TLS meanwhile: nothing more of it begins as it was claimed."""
        for held in self._held:
            if not held.work.ended and _is_outdated(held):
                held.work.ended = True
                self._wake(Desk.sweep)
        self._make_way()

    def _make_way(self) -> None:
        """Slices that take far longer than they should give their rest back when somebody else waits."""
        late = [one for one in self._held if one.is_late(self.config.lanes)]
        waits = self._chooser.next_after(self._tenants, [one.party for one in self._held]) if late else None
        if waits is None:
            return
        for held in late:
            held.work.ended |= waits.rank <= held.party.rank
        self._wake(Desk.sweep)

    def _trouble(self) -> bool:
        """Whether the relay needs a look at once."""
        closed = self.desk.health.closed or self.tls_desk.health.closed
        return (closed and (self.breaker.seen is None or self.breaker.probing)) or self.breaker.is_answered()

    def _heed_relay(self) -> None:
        step = self.breaker.look(idle=not self._held, anything_due=self._anything_due)
        if step is Step.PROBE:
            self._dry_until = 0.0
            self._wake(Desk.try_anew)
        elif step is Step.STOP:
            for held in self._held:
                held.work.ended |= not self.breaker.may_claim(demands_tls=held.work.demands_tls)
            self._wake(Desk.sweep)
        elif step is Step.PAUSE and self.breaker.seen is not None:
            self._pause_old(self.breaker.seen.code)

    def _pause_old(self, code: str) -> None:
        """A mailing that is newer than the fault waits its own two days."""
        before = time.time() - EXPIRES_AFTER
        for tenant in self._tenants:
            for mailing_id in in_state(tenant, "sending"):
                if self.config.kitchen.plan(tenant, mailing_id).launched < before:
                    pause(tenant, mailing_id, code)

    def _anything_due(self) -> bool:
        return self._chooser.next_after(self._tenants) is not None

    def _end_all(self) -> None:
        for held in self._held:
            held.work.ended = True
        self._wake(Desk.sweep)

    def _wake(self, what: Callable[[Desk], None]) -> None:
        if self._loop is not None:
            for desk in (self.desk, self.tls_desk):
                self._loop.call_soon_threadsafe(what, desk)

    def _close(self) -> None:
        for tenant in self._tenants:
            tenant.close()
        close_control()


def _is_outdated(held: Held) -> bool:
    tenant, mailing_id = held.party.tenant, held.party.mailing_id
    if mailing_id and mailing_id not in in_state(tenant, "sending"):
        return True
    return not held.work.demands_tls and open_tenant(tenant.slug).demands_tls

"""The sending process: lanes in the event loop, the database in a thread beside it.

The thread claims slices and settles results (synchronous, one transaction at a time); the loop composes, signs and sends.
Between them are a queue of slices and the result lists. Several such processes share the work by claiming.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

import structlog
import uvloop

from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.inherited import ParentAway
from siegelpost.consent.listed.errors import ListHolds
from siegelpost.delivery import tally
from siegelpost.delivery.breaker import Step
from siegelpost.delivery.choose import Chooser, Party
from siegelpost.delivery.claim import Claimed, Claimer, claim
from siegelpost.delivery.desk import Desk
from siegelpost.delivery.errors import DatabaseOlder
from siegelpost.delivery.held import Held
from siegelpost.delivery.holds import Holds
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.outlet import GO, Outlet, choose
from siegelpost.delivery.outlets import Outlets
from siegelpost.delivery.recover import recover
from siegelpost.delivery.relay import Relay
from siegelpost.delivery.routing import Routing
from siegelpost.delivery.rules import EXPIRES_AFTER, Outcome
from siegelpost.delivery.settle import DELIVERIES, OUTGOING, Lease, Listener, Result, close_slice, settle
from siegelpost.delivery.slices import Slices
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

    relay        takes mail without a route
    routing      all relays and routes; asked anew every few seconds, None where there is but one relay
    lanes        connections to each relay
    retry_first  seconds until the first new try after a 4xx
    tenants      opens all tenants; asked anew every few seconds
    listener     told of results inside their transaction
    processes    that share the work with this one, itself counted
    on_older     told of a tenant whose database was put back, and nothing of it is sent
    on_end       told of tenant and mailing in the transaction in which a mailing ends
    zone         in which days begin
    """

    who: Claimer
    relay: Relay
    own_name: str
    kitchen: Kitchen
    tenants: Callable[[], list[TenantDB]]
    on_older: Callable[[TenantDB], None]
    listener: Listener | None = None
    on_end: Callable[[TenantDB, int], None] | None = None
    lanes: int = 10
    retry_first: int = 60
    processes: int = 1
    zone: tzinfo = UTC
    routing: Callable[[], Routing] | None = None


class Sender:
    """One sending process; `run` returns after `stop`."""

    def __init__(self, config: SenderConfig) -> None:
        self.config = config
        self.outlets = Outlets(lambda relay: Outlet(relay, config.own_name, config.lanes, config.processes), config.relay)
        self._holds: dict[tuple[str, int], Holds] = {}
        self._stopping = threading.Event()
        self._tenants: list[TenantDB] = []
        self._chooser = Chooser(config.kitchen, config.zone)
        self._slices = Slices(self._chooser, config.listener)
        self._recovered_at = self._heeded_at = float("-inf")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._place = place_of(config.who.home)

    def stop(self) -> None:
        """Finish what is in flight, give the rest back, end; from another thread."""
        self._stopping.set()

    def run(self) -> None:
        """Send until `stop` is called."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._feed)
        for outlet in self.outlets:
            await outlet.close()
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
                if not self._slices or time.monotonic() > stop_at:
                    break
            if not busy:
                rest = min((one.dry_until for one in self.outlets), default=GO) - time.monotonic()
                self._stopping.wait(0.02 if self._slices else max(0.02, min(rest, IDLE_SECONDS)))
                if self._stopping.is_set():
                    time.sleep(0.02)
        self._close()

    def _round(self, *, claiming: bool) -> bool:
        """Settle what is ripe, heed relay and staff, claim when the lanes run low; True where something was done."""
        done = self._slices.settle_ripe()
        if time.monotonic() - self._recovered_at > RECOVER_SECONDS:
            self._tenants = self.config.tenants()
            if self.config.routing is not None:
                self._change_routes(self.config.routing())
            recover(self._tenants, self.config.who.home, now=int(time.time()), listener=self.config.listener)
            self._recovered_at = time.monotonic()
            if not self._slices:
                self._close()
        outlets = self.outlets.in_use()
        if time.monotonic() - self._heeded_at > HEED_SECONDS or any(one.trouble() for one in outlets):
            self._heed_states()
            for outlet in outlets:
                self._heed_relay(outlet)
                outlet.tell()
            self._heeded_at = time.monotonic()
        low = [one for one in outlets if time.monotonic() > one.dry_until and one.is_low(self._slices.works(one))]
        if claiming and low and not (done := self._claim_next(low) or done):
            for outlet in low:
                outlet.dry_until = self._next_look(outlet)
        return done

    def _change_routes(self, routing: Routing) -> None:
        """Hang up at relays that nobody may send by any more."""
        gone = self.outlets.change(routing, {held.outlet for held in self._slices})
        if self._loop is not None:
            for outlet in gone:
                asyncio.run_coroutine_threadsafe(outlet.close(), self._loop)

    def _route(self, party: Party) -> list[Outlet]:
        domain = self.config.kitchen.plan(party.tenant, party.mailing_id).plan.domain if party.mailing_id else ""
        return self.outlets.route(party.tenant.number, domain)

    def _demands_tls(self, party: Party) -> bool:
        at_launch = bool(party.mailing_id) and self.config.kitchen.plan(party.tenant, party.mailing_id).plan.demands_tls
        return at_launch or open_tenant(party.tenant.slug).demands_tls

    def _waiting(self, outlet: Outlet) -> Iterator[Party]:
        """Whoever has something to send that may go by this relay, in the order of turns."""
        for party in self._chooser.in_turn(self._tenants):
            if outlet in self._route(party) and self._chooser.due(party):
                yield party

    def _next_look(self, outlet: Outlet) -> float:
        """When to ask again after nobody had anything to send, or was allowed to."""
        now = time.monotonic()
        return now + HEED_SECONDS if outlet.breaker.seen else min(now + IDLE_SECONDS, self._chooser.next_at())

    def _limit(self, outlet: Outlet, party: Party) -> int:
        """How much to claim."""
        return outlet.limit((lambda: tally.counts(party.tenant, party.mailing_id)["due"]) if party.mailing_id else None)

    def _claim_next(self, low: list[Outlet]) -> bool:
        """Claim one slice for whoever's turn it is, for one of these relays.

        Nothing where the home folder is not the one that we began with: an older copy was put back under us, and what it says
        is due may have gone out. The worker asks a person, and starts us again.
        """
        if not self._place or place_of(self.config.who.home) != self._place:
            return False
        for party in self._chooser.in_turn(self._tenants):
            try:
                if self._claim_from(party, low):
                    return True
            except Exception as reason:  # noqa: BLE001 - one tenant's database must not stop the others
                log.error("delivery.claim_failed", tenant=party.tenant.slug, kind=type(reason).__name__)
                party.tenant.close()
                close_control()
        return False

    def _claim_from(self, party: Party, low: list[Outlet]) -> bool:
        """One slice of what it has to send, as far as it is allowed; ends a mailing that has nothing left."""
        tenant, mailing_id, config = party.tenant, party.mailing_id, self.config
        route = self._route(party)
        if not any(one in low for one in route):
            return False
        groups = self._chooser.due(party)
        if not groups:
            self._chooser.later(party)
            if mailing_id and finish(tenant, mailing_id, config.on_end):
                self._holds.pop((tenant.alias, mailing_id), None)
            return False
        if not open_tenant(tenant.slug).sends:  # asked only where there is something to send
            self._chooser.later(party)
            return False
        plan = config.kitchen.plan(tenant, mailing_id).plan if mailing_id else None
        demands_tls = self._demands_tls(party)
        self._knock(route, low)
        outlet = choose(route, low, demands_tls=demands_tls)
        if outlet is None:
            return False
        if demands_tls and outlet.tls_desk.waits_for_tls and any(work.demands_tls for work in self._slices.works(outlet)):
            return False  # one slice is enough to wait with
        grant = self._chooser.allow(party, groups, self._limit(outlet, party), relay=outlet.relay.label)
        if grant is None:
            return False
        table, address = DELIVERIES if mailing_id else OUTGOING, outlet.relay.address
        ends, notice = (plan.plain_ends, bool(plan.notice)) if plan else ((), False)
        lease = Lease(
            slice_id=0,
            mailing_id=mailing_id,
            table=table,
            retry_first=config.retry_first,
            relay=address,
            plain_ends=ends,
            has_notice=notice,
            personal=plan is not None and plan.personal,
        )
        lists, taken = plan.list_ids if plan else (), None
        try:
            taken = claim(tenant, config.who, lease, lists, limit=grant.n, now=int(time.time()), groups=grant.groups)
        except DatabaseOlder:
            config.on_older(tenant)
        except ParentAway as reason:
            log.warning("delivery.parent_away", tenant=tenant.slug, code=reason.code)
        except ListHolds:
            pass  # its page says so; the list that comes lets it go on
        finally:
            self._chooser.served(party, grant, taken)
        if taken is None:
            return False
        self._take(party, taken, outlet, route, demands_tls=demands_tls)
        return True

    def _knock(self, route: list[Outlet], low: list[Outlet]) -> None:
        """Call a relay that would be chosen first again, where its time has come: the mail that would show it may be gone in a moment."""
        for outlet in route:
            seen = outlet.breaker.seen
            if seen is None:
                return
            if not outlet.breaker.probing and seen.is_turn(int(time.time())):
                self._heed_relay(outlet)
                low.append(outlet)

    def _take(self, party: Party, taken: Claimed, outlet: Outlet, route: Sequence[Outlet], *, demands_tls: bool) -> None:
        tenant, mailing_id = party.tenant, party.mailing_id
        try:
            composer = self.config.kitchen.composer(tenant, taken, outlet.relay.signing)
            holds = self._holds.setdefault((tenant.alias, mailing_id), Holds(for_staff=bool(mailing_id)))
            holds.refresh(tenant, mailing_id)
        except SiegelpostError as error:
            self._give_back(tenant, taken, error.code)
            return
        except BaseException:
            taken.journal.leave()  # whoever finds it knows that nothing was begun
            raise
        left = len(taken.rows) + len(taken.withdrawn)
        others = [one for one in route if one is not outlet]
        has_other = demands_tls and any(not one.lacks_tls for one in others)
        elsewhere = any(not one.is_out(demands_tls=demands_tls) for one in others)
        work = Work(taken, composer.sender_of, composer.compose, deque(), left, holds, demands_tls, has_other, elsewhere)
        work.withdraw()
        self._slices.add(Held(party, outlet, work, time.monotonic()))
        if self._loop is not None:
            self._loop.call_soon_threadsafe(outlet.desk_for(demands_tls=demands_tls).add, work)

    def _settle_last(self) -> None:
        self._slices.settle_all()
        self._close()

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

    def _heed_states(self) -> None:
        """What was paused, cancelled, sent elsewhere or put under a demand for TLS meanwhile: no more begins as it was claimed."""
        for held in self._slices:
            if not held.work.ended and (held.outlet not in self._route(held.party) or _is_outdated(held)):
                held.work.ended = True
                self._wake(Desk.sweep)
        self._make_way()

    def _make_way(self) -> None:
        """Slices that take far longer than they should give their rest back when somebody else waits."""
        late = [one for one in self._slices if one.is_late(self.config.lanes)]
        busy = {one.party for one in self._slices}
        for outlet in {one.outlet for one in late}:
            rank = next((one.rank for one in self._waiting(outlet) if one not in busy), None)
            if rank is None:
                continue
            for held in late:
                held.work.ended |= held.outlet is outlet and rank <= held.party.rank
            self._wake(Desk.sweep, outlet)

    def _heed_relay(self, outlet: Outlet) -> None:
        breaker, works = outlet.breaker, self._slices.works(outlet)
        step = breaker.look(idle=not works, anything_due=lambda: self._anything_due(outlet))
        if step is Step.PROBE:
            outlet.dry_until = GO
            self._wake(Desk.try_anew, outlet)
        elif step is Step.STOP:
            for work in works:
                work.ended |= not breaker.may_claim(demands_tls=work.demands_tls)
            self._wake(Desk.sweep, outlet)
        elif step is Step.PAUSE and breaker.seen is not None:
            self._pause_old(outlet, breaker.seen.code)

    def _pause_old(self, outlet: Outlet, code: str) -> None:
        """A mailing that is newer than the fault waits its own two days, and one that has another relay does not wait."""
        before = time.time() - EXPIRES_AFTER
        for party in self._chooser.everybody(self._tenants):
            tenant, mailing_id = party.tenant, party.mailing_id
            if not mailing_id or mailing_id not in in_state(tenant, "sending"):
                continue
            route = self._route(party)
            demands_tls = self._demands_tls(party)
            stuck = outlet in route and all(one.is_out(demands_tls=demands_tls) for one in route)
            if stuck and self.config.kitchen.plan(tenant, mailing_id).launched < before:
                pause(tenant, mailing_id, code)

    def _anything_due(self, outlet: Outlet) -> bool:
        return any(True for _ in self._waiting(outlet))

    def _end_all(self) -> None:
        for held in self._slices:
            held.work.ended = True
        self._wake(Desk.sweep)

    def _wake(self, what: Callable[[Desk], None], *outlets: Outlet) -> None:
        if self._loop is not None:
            for outlet in outlets or self.outlets:
                for desk in (outlet.desk, outlet.tls_desk):
                    self._loop.call_soon_threadsafe(what, desk)

    def _close(self) -> None:
        for tenant in self._tenants:
            tenant.close()
        close_control()


def _is_outdated(held: Held) -> bool:
    tenant, mailing_id = held.party.tenant, held.party.mailing_id
    if mailing_id and mailing_id not in in_state(tenant, "sending"):
        return True
    now = open_tenant(tenant.slug)
    return not now.sends or (not held.work.demands_tls and now.demands_tls)

"""A desk hands out jobs to lanes, opens as many lanes as there is work for, and takes heed of a relay that fails."""

import asyncio
import time
from collections import Counter, deque
from dataclasses import replace
from typing import Final

import structlog

from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.health import Health
from siegelpost.delivery.lanes import Lane
from siegelpost.delivery.outbox import Outbox
from siegelpost.delivery.providers import About
from siegelpost.delivery.relay import Relay, RelayFault, TlsMissing
from siegelpost.delivery.rules import TLS, Judged, Outcome, Verdict
from siegelpost.delivery.smtp import connect
from siegelpost.delivery.work import Fate, Job, Work

TLS_PATIENCE: Final = 5.0
"""Seconds of calls in vain after which mail that demands TLS bounces: a relay that reads a new certificate is done by then."""
TLS_PAUSE: Final = 0.3
"""Seconds between these calls."""
TLS_FORGOTTEN: Final = 300.0
"""Seconds without a call in vain; then one is an accident again. Longer than any handshake."""
EARLY: Final = 0.02
"""A timer of the loop may be a millisecond early, and then `wake` would turn back with nobody to call it again."""
SPARED, SPARED_ON_NEW = 1, 3
"""So often a message that broke its connection uses up no attempt: on a lane that had worked, and on one that had not."""
ASIDE: Final = 300
"""Seconds; by then others were tried."""
GOODBYE_SECONDS: Final = 0.05
REMEMBERED: Final = 10_000
"""Messages whose broken connections are counted."""

log = structlog.get_logger(__name__)


class Desk:
    """Hands jobs to lanes and keeps as many lanes open as there is work for.

    demanded  the work is of tenants that demand TLS: every lane is verified, and where that is not to be had the work bounces
    """

    def __init__(self, relay: Relay, own_name: str, lanes: int, *, demanded: bool = False) -> None:
        self.relay = replace(relay, tls="required") if demanded else relay
        self.own_name, self.most, self.demanded = own_name, lanes, demanded
        self.health, self.outbox = Health(), Outbox()
        self.queue: deque[tuple[Work, deque[Recipient]]] = deque()
        self.waiting: list[Lane] = []
        self.lanes: set[Lane] = set()
        self.opening: set[asyncio.Task[None]] = set()
        self.without_tls_since: float | None = None
        self._missed_tls_at = float("-inf")
        self._broken: Counter[tuple[int, int]] = Counter()

    def add(self, work: Work) -> None:
        """Take a claimed slice; called in the loop's thread."""
        self.queue.append((work, deque(work.claimed.rows)))
        self.wake()

    def wake(self) -> None:
        """Give idle lanes work and open as many as are missing."""
        waiting, self.waiting = self.waiting, []
        for lane in waiting:
            lane.pump()
        missing = min(self.most - len(self.lanes) - len(self.opening), self.queued())
        if self.health.closed or time.monotonic() < self.health.not_before:
            return  # the breaker opens it again; or a timer wakes us
        if self.health.fault is not None or self.health.probing or self.without_tls_since:
            missing = min(missing, 1 - len(self.opening) - len(self.lanes))
        for _ in range(missing):
            task = asyncio.get_running_loop().create_task(self._open_lane())
            self.opening.add(task)
            task.add_done_callback(self._opened)

    @property
    def waits_for_tls(self) -> bool:
        """Whether its mail demands TLS that was not to be had at the last call; the mail of others must not wait for that."""
        return self.without_tls_since is not None and time.monotonic() <= self._missed_tls_at + TLS_FORGOTTEN

    def queued(self) -> int:
        """Jobs that no lane has taken yet."""
        return sum(len(rows) for _work, rows in self.queue)

    def next_job(self) -> Job | None:
        """The next job that may begin, its message made; jobs that may not are given back."""
        while self.queue and not self.health.closed:
            work, rows = self.queue[0]
            if not rows or not work.may_begin():
                self.queue.popleft()
                for one in rows:
                    work.report(one, Outcome.RELEASED, "")
                continue
            one = rows.popleft()
            if work.holds.by_domain and work.held_back(one):
                continue
            try:
                return Job(work, one, work.compose(one, int(time.time())))
            except SiegelpostError as error:
                # a template that fails for one person's values: about us, so the person is not to blame
                work.report(one, Outcome.BLOCKED, error.code[:16])
            except Exception as reason:  # noqa: BLE001 - whatever it is, one person's values must not hold up the slice for ever
                log.error("delivery.compose_failed", kind=type(reason).__name__)
                work.report(one, Outcome.BLOCKED, "compose failed")
        return None

    def sweep(self) -> None:
        """Give back the jobs of slices that were ended."""
        for work, rows in self.queue:
            while work.ended and rows:
                work.report(rows.popleft(), Outcome.RELEASED, "")
        self.queue = deque(entry for entry in self.queue if entry[1])

    def try_anew(self) -> None:
        """Call the relay once more, with a few messages."""
        self.health.try_anew()
        self.wake()

    async def _open_lane(self) -> None:
        try:
            connection = await connect(self.relay, self.own_name)
        except RelayFault as fault:
            self.note_fault(fault)
            return
        self.without_tls_since = None
        lane = Lane(self, connection)
        self.lanes.add(lane)
        lane.pump()

    def _opened(self, task: "asyncio.Task[None]") -> None:
        self.opening.discard(task)
        self.wake()

    async def close(self) -> None:
        """End all connections: politely where that is at once, otherwise without ceremony. After that each job has its result."""
        self._give_back(Outcome.RELEASED, "")
        for task in self.opening:
            task.cancel()
        for lane in list(self.lanes):
            lane.leave()
        await asyncio.sleep(GOODBYE_SECONDS)
        for lane in list(self.lanes):
            lane.connection.abort()
        await asyncio.sleep(GOODBYE_SECONDS)

    def note_fault(self, fault: RelayFault) -> None:
        """The relay failed us; the thread that settles decides what follows, but for mail that demands TLS."""
        if self.demanded and isinstance(fault, TlsMissing):
            self._miss_tls(time.monotonic())
        elif delay := self.health.failed(fault, time.monotonic()):
            self._wake_in(delay + EARLY)

    def _miss_tls(self, now: float) -> None:
        """There is no TLS that can be trusted: other relays get what they may take, and after a while the rest bounces."""
        if self.without_tls_since is None or not self.waits_for_tls:
            self.without_tls_since = now
        self._missed_tls_at = now
        if not self.lanes:
            for work, _rows in self.queue:
                work.ended |= work.has_other_relay
            self.sweep()
            if now >= self.without_tls_since + TLS_PATIENCE:
                self._bounce()
        self.health.not_before = now + TLS_PAUSE
        self._wake_in(TLS_PAUSE + EARLY)

    def _bounce(self) -> None:
        """There is no TLS that can be trusted, and nothing of this may go out without it."""
        log.warning("delivery.tls_demanded_and_missing", messages=self.queued())
        self._give_back(Outcome.BOUNCED, TLS)

    def _give_back(self, outcome: Outcome, code: str) -> None:
        for work, rows in self.queue:
            while rows:
                work.report(rows.popleft(), outcome, code)
        self.queue.clear()

    def _wake_in(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self.wake)

    def heed(self, job: Job, judged: Judged, code: str) -> None:
        """What a refusal means beyond its message: for its domain, or for the relay."""
        now, email, holds = int(time.time()), job.one.email, job.work.holds
        if judged.about is About.RELAY:
            self.health.refused(code, time.monotonic())
        elif judged.about is About.DOMAIN:
            (holds.block if judged.verdict is Verdict.BLOCKED else holds.put_off)(email, code, now)
        elif judged.verdict is Verdict.BLOCKED:
            holds.strike(email, code, now)

    def broke(self, job: Job, outcome: Outcome, code: str, *, worked: bool) -> Fate:
        """What becomes of the message at which a connection broke, or at which the relay refused us altogether.

        It is given back, no attempt used. If it happens again and again with the same one, it stands aside on a probe, so that
        others are tried (where another relay works, that one takes it), and otherwise it was the message after all: then `outcome`
        and `code` hold.

        worked  whether other messages went through that connection
        """
        if len(self._broken) > REMEMBERED:
            self._broken.clear()
        name = (id(job.work.holds), job.one.delivery_id)
        self._broken[name] += 1
        if self._broken[name] <= (SPARED if worked else SPARED_ON_NEW) or (self.health.probing and job.work.elsewhere):
            return Outcome.RELEASED, "", 0
        return (Outcome.LATER, "", int(time.time()) + ASIDE) if self.health.probing else (outcome, code, 0)

"""A desk hands out jobs to lanes, opens as many lanes as there is work for, and takes heed of a relay that fails."""

import asyncio
import time
from collections import deque

import structlog

from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.lanes import Lane
from siegelpost.delivery.relay import Relay, RelayFault
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.smtp import Connection
from siegelpost.delivery.work import Job, Work

log = structlog.get_logger(__name__)


class Desk:
    """Hands jobs to lanes and keeps as many lanes open as there is work for."""

    def __init__(self, relay: Relay, own_name: str, lanes: int) -> None:
        self.relay, self.own_name, self.most = relay, own_name, lanes
        self.queue: deque[tuple[Work, deque[Recipient]]] = deque()
        self.waiting: list[Lane] = []
        self.lanes: set[Lane] = set()
        self.opening = 0
        self.fault: RelayFault | None = None
        self.faults_in_a_row = 0
        self.first_fault_at = 0.0
        self.not_before = 0.0

    def add(self, work: Work) -> None:
        """Take a claimed slice; called in the loop's thread."""
        self.queue.append((work, deque(work.claimed.rows)))
        self.wake()

    def wake(self) -> None:
        """Give idle lanes work and open as many as are missing."""
        waiting, self.waiting = self.waiting, []
        for lane in waiting:
            lane.pump()
        missing = min(self.most - len(self.lanes) - self.opening, self.queued())
        if time.monotonic() < self.not_before:
            return  # `note_fault` wakes us
        for _ in range(missing if self.fault is None else min(missing, 1 - self.opening - len(self.lanes))):
            self.opening += 1
            asyncio.get_running_loop().create_task(self._open_lane())

    def queued(self) -> int:
        """Jobs that no lane has taken yet."""
        return sum(len(rows) for _work, rows in self.queue)

    def next_job(self) -> Job | None:
        """The next job that may begin, its message made; jobs that may not are given back."""
        while self.queue:
            work, rows = self.queue[0]
            if not rows or not work.may_begin():
                self.queue.popleft()
                for one in rows:
                    work.report(one, Outcome.RELEASED, "")
                continue
            one = rows.popleft()
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

    async def _open_lane(self) -> None:
        connection = Connection(self.relay, self.own_name)
        try:
            await connection.open()
        except RelayFault as fault:
            self.opening -= 1
            self.note_fault(fault)
            return
        self.opening -= 1
        lane = Lane(self, connection)
        self.lanes.add(lane)
        lane.pump()
        self.wake()

    def note_fault(self, fault: RelayFault) -> None:
        """The relay failed us; the thread that settles decides what follows.

        While another lane is answered it is no fault: the relay allows fewer connections than we would like.
        """
        now = time.monotonic()
        if not any(lane.answered for lane in self.lanes):
            self.first_fault_at = self.first_fault_at if self.fault else now
            self.fault = fault
        if now >= self.not_before:
            self.faults_in_a_row += 1
            delay = min(0.1 * 2 ** min(self.faults_in_a_row, 10), 3.0)
            self.not_before = now + delay
            # a timer of the loop may be a millisecond early, and then `wake` would turn back with nobody to call it again
            asyncio.get_running_loop().call_later(delay + 0.02, self.wake)

    def may_claim(self) -> bool:
        """Whether more work is welcome; after a fault only what is needed to try again."""
        return self.fault is None or time.monotonic() >= self.not_before

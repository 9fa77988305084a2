"""Lanes carry messages: several connections that pipeline, a desk that hands out jobs and takes back what became of them.

A message is begun with MAIL, RCPT and DATA in one write; its text goes out together with the beginning of the next one
(RFC 2920 section 3.1), so a lane costs one write and one read per message. At most one message per lane is between its
final dot and the answer.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery.claim import Claimed, boottime
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.relay import Relay, RelayFault, RelayRefuses
from siegelpost.delivery.rules import Outcome, Stage, code_text, judge
from siegelpost.delivery.settle import Result
from siegelpost.delivery.smtp import Connection, Reply

ANSWER_SECONDS: Final = 300
"""RFC 5321 section 4.5.3.2 asks to wait 5 minutes for most answers and 10 for that to the final dot."""
IDLE_SECONDS: Final = 5
MESSAGES_PER_LANE: Final = 5000
"""Then the lane says goodbye: relays like fresh connections, and a balancer can spread them."""

CONNECT, MAIL, RCPT, DATA, DOT = Stage
"""Looking a member up in its class takes 0.1 us in Python 3.11, and there are 40 look-ups in a message."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Work:
    """A claimed slice in the hands of the lanes."""

    claimed: Claimed
    sender_of: Callable[[int], str]
    compose: Callable[[Recipient, int], bytes]
    results: deque[Result]
    """Filled by the lanes, emptied by the thread that settles."""
    left: int
    """Jobs without a result."""
    ended: bool = False
    """Nothing more of it may begin: paused, or the lease was lost."""

    def report(self, one: Recipient, outcome: Outcome, code: str) -> None:
        """Note what became of one job."""
        if outcome is not Outcome.RELEASED:
            try:
                self.claimed.journal.answer(one.delivery_id, outcome.value, code)
            except OSError:
                log.error("delivery.journal_failed")  # the disk is full: what is not settled either will be unsure
        self.results.append(Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, int(time.time())))
        self.left -= 1

    def withdraw(self) -> None:
        """People who withdrew between launch and claim get nothing."""
        for one in self.claimed.withdrawn:
            self.report(one, Outcome.WITHDRAWN, "")

    def may_begin(self) -> bool:
        """Whether a message of this slice may still be begun."""
        return not self.ended and boottime() < min(self.claimed.lease_until, self.claimed.begin_until)

    def may_end(self) -> bool:
        """Whether a final dot may still be sent."""
        return boottime() < self.claimed.lease_until


@dataclass(slots=True)
class Job:
    """One message on its way through a lane."""

    work: Work
    one: Recipient
    message: bytes = b""
    refused: tuple[Outcome, str] | None = None


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


class Lane:
    """One open connection that carries one message after another."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self.desk, self.connection = desk, connection
        self.pipelining = "PIPELINING" in connection.features
        self.utf8 = "SMTPUTF8" in connection.features
        self.expected: deque[tuple[Stage, Job]] = deque()
        self.carried = 0
        self.answered = False
        self.deadline = time.monotonic() + ANSWER_SECONDS
        self._timer: asyncio.TimerHandle | None = None
        connection.on_reply, connection.on_lost = self._reply, self._lost
        self._watch()

    def pump(self) -> None:
        """Begin the next message, or wait for one."""
        if self.connection.lost:
            return
        commands = self._begin()
        if commands:
            self.deadline = time.monotonic() + ANSWER_SECONDS
            self._write(commands)
        elif self.carried >= MESSAGES_PER_LANE:
            if not self.expected:
                self.leave()
        elif self not in self.desk.waiting:
            self.desk.waiting.append(self)
            self.deadline = time.monotonic() + IDLE_SECONDS

    def _begin(self) -> bytes:
        """MAIL, RCPT and DATA of the next job, or MAIL alone where the server cannot pipeline; b"" where there is none."""
        while self.carried < MESSAGES_PER_LANE and (job := self.desk.next_job()):
            address = job.one.email
            if not address.isascii() and not self.utf8:
                job.work.report(job.one, Outcome.BOUNCED, "553 5.6.7")  # RFC 6531 section 3.5
                continue
            self.carried += 1
            utf8 = b"" if address.isascii() else b" SMTPUTF8"
            mail = b"MAIL FROM:<%s>%s\r\n" % (job.work.sender_of(job.one.delivery_id).encode(), utf8)
            self.expected.append((MAIL, job))
            if not self.pipelining:
                return mail
            self.expected.append((RCPT, job))
            self.expected.append((DATA, job))
            return mail + b"RCPT TO:<%s>\r\nDATA\r\n" % address.encode()
        return b""

    def _reply(self, reply: Reply) -> None:
        self.deadline = time.monotonic() + ANSWER_SECONDS
        if not self.expected:
            self.leave()  # an answer that nobody asked for, mostly 421
            return
        stage, job = self.expected.popleft()
        if stage is DOT or (stage is not CONNECT and reply.code >= 400 and reply.code != 421):
            self._heard()
        if stage is CONNECT:
            if not self.expected:
                self.pump()  # the answer to RSET, or to an empty text that nobody will get
        elif stage is DOT:
            self._answered(job, reply)
        elif stage is DATA:
            self._data(job, reply)
        else:
            if not reply.good and job.refused is None:
                job.refused = (judge(reply.code, reply.enhanced, stage), code_text(reply.code, reply.enhanced))
                if reply.code == 421 and stage is MAIL:
                    job.refused = (Outcome.RELEASED, "")  # the server says goodbye before anybody was named
            if not self.pipelining:
                self._step(stage, job)

    def _step(self, stage: Stage, job: Job) -> None:
        """Without pipelining: the next command of this message."""
        if job.refused is not None:
            self.expected.append((CONNECT, job))
            self._write(b"RSET\r\n")
            self._finish(job, *job.refused)
        elif stage is MAIL:
            self.expected.append((RCPT, job))
            self._write(b"RCPT TO:<%s>\r\n" % job.one.email.encode())
        else:
            self.expected.append((DATA, job))
            self._write(b"DATA\r\n")

    def _data(self, job: Job, reply: Reply) -> None:
        if reply.code != 354:
            refused = job.refused or (judge(reply.code, reply.enhanced, DATA), code_text(reply.code, reply.enhanced))
            self._finish(job, *refused)
            if not self.pipelining and not reply.good:
                self.expected.append((CONNECT, job))
                self._write(b"RSET\r\n")
            else:
                self.pump()
            return
        if job.refused is not None:
            # nobody accepted, yet the server wants a text: an empty one, whose answer says nothing new
            self._finish(job, *job.refused)
            self.expected.append((CONNECT, job))
            self._write(b".\r\n")
            if self.pipelining:
                self.pump()
            return
        after = self._begin() if self.pipelining else b""  # before the journal line: signing takes longer than all the rest
        if not job.work.may_end():
            self._finish(job, Outcome.RELEASED, "")
            self.connection.abort()  # DATA cannot be taken back in any other way
            return
        try:
            job.work.claimed.journal.dot(job.one.delivery_id)
        except OSError:
            log.error("delivery.journal_failed")
            self._finish(job, Outcome.RELEASED, "")
            self.connection.abort()
            return
        self.expected.appendleft((DOT, job))
        self._write(job.message + b".\r\n" + after)

    def _answered(self, job: Job, reply: Reply) -> None:
        outcome = judge(reply.code, reply.enhanced, DOT)
        self._finish(job, outcome, code_text(reply.code, reply.enhanced))
        if not self.expected:
            self.pump()

    def _heard(self) -> None:
        """The relay judged a message: it works."""
        if not self.answered:
            self.answered, self.desk.faults_in_a_row = True, 0
        if self.desk.fault is not None:
            self.desk.fault = None
            self.desk.wake()

    def _finish(self, job: Job, outcome: Outcome, code: str) -> None:
        job.message = b""
        job.work.report(job.one, outcome, code)

    def _write(self, data: bytes) -> None:
        transport = self.connection.transport
        if transport is not None:
            transport.write(data)

    def leave(self) -> None:
        """Say goodbye and close."""
        self._write(b"QUIT\r\n")
        if self.connection.transport is not None:
            self.connection.transport.close()

    def _lost(self) -> None:
        """The connection is gone: a message whose dot was sent is unsure, one that was only begun goes back."""
        if self._timer:
            self._timer.cancel()
        self.desk.lanes.discard(self)
        if self in self.desk.waiting:
            self.desk.waiting.remove(self)
        seen: set[int] = set()
        for stage, job in self.expected:
            if stage is CONNECT or id(job) in seen:
                continue
            seen.add(id(job))
            outcome = Outcome.UNSURE if stage is DOT else Outcome.RELEASED
            if outcome is Outcome.RELEASED and job.refused is not None:
                outcome = job.refused[0]
            self._finish(job, outcome, job.refused[1] if outcome is not Outcome.UNSURE and job.refused else "")
        if self.expected and not self.answered:
            self.desk.note_fault(RelayRefuses())  # a relay that hangs up before its first answer must not be called in a circle
        self.expected.clear()
        asyncio.get_running_loop().call_later(0.05, self.desk.wake)

    def _watch(self) -> None:
        if time.monotonic() > self.deadline:
            if self.expected:
                log.warning("delivery.lane_timed_out", stage=self.expected[0][0].value)
                self.connection.abort()
            else:
                self.leave()
            return
        self._timer = asyncio.get_running_loop().call_later(1.0, self._watch)

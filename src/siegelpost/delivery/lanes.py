"""A lane carries messages: one connection that pipelines.

A message is begun with MAIL, RCPT and DATA in one write; its text goes out together with the beginning of the next one
(RFC 2920 section 3.1), so a lane costs one write and one read per message. At most one message per lane is between its
final dot and the answer.
"""

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Final

import structlog

from siegelpost.delivery.relay import RelayRefuses
from siegelpost.delivery.rules import Outcome, Stage, code_text, judge
from siegelpost.delivery.smtp import Connection, Reply
from siegelpost.delivery.work import Job

if TYPE_CHECKING:
    from siegelpost.delivery.desk import Desk

ANSWER_SECONDS: Final = 300
"""RFC 5321 section 4.5.3.2 asks to wait 5 minutes for most answers and 10 for that to the final dot."""
IDLE_SECONDS: Final = 5
MESSAGES_PER_LANE: Final = 5000
"""Then the lane says goodbye: relays like fresh connections, and a balancer can spread them."""

CONNECT, MAIL, RCPT, DATA, DOT = Stage
"""Looking a member up in its class takes 0.1 us in Python 3.11, and there are 40 look-ups in a message."""

log = structlog.get_logger(__name__)


class Lane:
    """One open connection that carries one message after another."""

    def __init__(self, desk: "Desk", connection: Connection) -> None:
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

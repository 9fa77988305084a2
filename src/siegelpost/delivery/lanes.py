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

from siegelpost.delivery.providers import About
from siegelpost.delivery.relay import RelayRefuses
from siegelpost.delivery.replies import Reply
from siegelpost.delivery.rules import OUTCOMES, Outcome, Stage, Verdict, code_text, judge
from siegelpost.delivery.smtp import Connection
from siegelpost.delivery.work import Fate, Job

if TYPE_CHECKING:
    from siegelpost.delivery.desk import Desk

ANSWER_SECONDS: Final = 300
DOT_SECONDS: Final = 600
"""RFC 5321 section 4.5.3.2 asks to wait 5 minutes for most answers and 10 for that to the final dot (RFC 1047 says why)."""
IDLE_SECONDS: Final = 5
GIVEN_BACK: Final = Outcome.RELEASED, ""
LOST: Final = "lost"
"""Kept instead of a code where connections broke at a message again and again."""
MESSAGES_PER_LANE: Final = 5000
"""Then the lane says goodbye: relays like fresh connections, and a balancer can spread them."""

CONNECT, MAIL, RCPT, DATA, DOT = Stage
RETRY = Verdict.RETRY
"""Looking a member up in its class takes 0.1 us in Python 3.11, and there are 40 look-ups in a message."""

log = structlog.get_logger(__name__)


class Lane:
    """One open connection that carries one message after another."""

    def __init__(self, desk: "Desk", connection: Connection) -> None:
        self.desk, self.connection = desk, connection
        self.pipelining = "PIPELINING" in connection.features
        self.utf8 = "SMTPUTF8" in connection.features
        self.expected: deque[tuple[Stage, Job]] = deque()
        """What the server will answer to next; CONNECT stands for an answer that says nothing new."""
        self.ending: Job | None = None
        """Its text waits in the outbox: nothing of it was sent, and the relay has nothing to answer to."""
        self.carried = 0
        self.answered = self.took = False
        """Whether a message was judged here, and whether one was accepted."""
        self.leaving = False
        self.goodbye = ""
        """What the server said when it, or we, ended the conversation, "421 4.3.2"."""
        self.deadline = time.monotonic() + ANSWER_SECONDS
        self._timer: asyncio.TimerHandle | None = None
        connection.on_reply, connection.on_lost = self._reply, self._lost
        self._watch()

    def pump(self) -> None:
        """Begin the next message, or wait for one."""
        if self.connection.lost or self.leaving:
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
                job.work.report(job.one, Outcome.BLOCKED, "553 5.6.7")  # RFC 6531 section 3.5: the relay is not able to
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
        if reply.code == 421:
            self.leaving, self.goodbye = True, code_text(reply.code, reply.enhanced)  # RFC 5321 section 3.8: it closes now
        if self.ending:
            self._abort()  # the text was not sent yet: this answers nothing that we said
            return
        self._heed(reply)
        if self.goodbye and not self.expected:
            self.leave()

    def _heed(self, reply: Reply) -> None:
        """An answer to something that we said."""
        stage, job = self.expected.popleft()
        if stage is DOT:
            self._answered(job, reply)
        elif stage is DATA:
            self._data(job, reply)
        elif stage is CONNECT:
            if not self.expected:
                self.pump()  # the answer to RSET, or to an empty text that nobody will get
        elif 300 <= reply.code < 400:
            self._lose_step(stage, job)
        else:
            if not reply.good:
                job.refused = job.refused or self._refusal(job, reply, stage)
            elif job.refused is not None:
                job.taken = True
            if not self.pipelining:
                self._step(stage, job)

    def _refusal(self, job: Job, reply: Reply, stage: Stage) -> Fate:
        """What becomes of a message that was refused; whoever else the reply speaks of waits."""
        judged = judge(reply.code, reply.enhanced, stage, reply.words)
        code = code_text(reply.code, reply.enhanced, judged.mark)
        if stage is MAIL and self.took and judged.verdict is RETRY and judged.about is About.RELAY:
            self.leaving, self.goodbye = True, code  # enough for one connection; if it is more than that, the next one will show it
            return Outcome.RELEASED, "", 0
        self.desk.heed(job, judged, code)
        goodbye = reply.code == 421 and stage is not DOT and judged.about is not About.DOMAIN
        if goodbye or judged.about is About.RELAY:
            return self.desk.broke(job, OUTCOMES[judged.verdict], code, worked=self.answered)  # no word about this message
        self._heard()
        return OUTCOMES[judged.verdict], code, 0

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
            if reply.code < 400:
                self._lose_step(DATA, job)
                return
            self._finish(job, *(job.refused or self._refusal(job, reply, DATA)))
            if self.pipelining:
                self.pump()
            else:
                self.expected.append((CONNECT, job))
                self._write(b"RSET\r\n")
            return
        if job.refused is not None:
            self._give_nothing(job)
            return
        if self.connection.more:
            self._lose_step(DATA, job)  # what came together with 354 answers nothing that we said
            return
        self.ending = job
        self.expected.appendleft((DATA, job))
        self.desk.outbox.end(self, job)

    def is_ending(self, job: Job) -> bool:
        """Whether this message, which the outbox holds, still goes out here."""
        return self.ending is job and not self.connection.lost

    def last_words(self, job: Job) -> bytes:
        """The text of the message and its final dot, and the beginning of the next message where the relay takes both at once."""
        return job.message + b".\r\n" + (self._begin() if self.pipelining else b"")

    def end(self, job: Job, data: bytes) -> None:
        """The final dot of this message is in the journal: send it."""
        self.ending = None
        self.expected[0] = DOT, job
        self.deadline += DOT_SECONDS - ANSWER_SECONDS
        self._write(data)

    def cannot_end(self, job: Job, *, late: bool = False) -> None:
        """Nobody gets the message, and DATA cannot be taken back in any other way.

        late  its time was over; otherwise the final dot could not be written down
        """
        self.ending = None
        self.expected.popleft()
        self._finish(job, *(self.desk.broke(job, Outcome.RETRY, LOST, worked=self.answered) if late else GIVEN_BACK))
        self._abort()

    def _give_nothing(self, job: Job) -> None:
        """Nobody accepted, yet the server wants a text: an empty one, whose answer says nothing new."""
        self._finish(job, *(job.refused or (Outcome.RELEASED, "")))
        if job.taken:
            self._abort()  # MAIL was refused and RCPT accepted: somebody would get the empty text
            return
        self.expected.append((CONNECT, job))
        self._write(b".\r\n")
        if self.pipelining:
            self.pump()

    def _answered(self, job: Job, reply: Reply) -> None:
        if reply.code < 300:
            self.took = True
            if not self.answered or self.desk.health.troubled:
                self._heard()
            holds = job.work.holds
            if holds.strikes or holds.by_domain:
                holds.arrived(job.one.email)
            job.message = b""
            self.desk.outbox.sent(job, code_text(reply.code, reply.enhanced))
        elif reply.code < 400:
            self._lose_step(DOT, job)
            return
        else:
            self._finish(job, *self._refusal(job, reply, DOT))
        if not self.expected:
            self.pump()

    def _heard(self) -> None:
        """The relay judged a message: it works."""
        if not self.answered:
            self.answered = True
            self.desk.health.opened()
        if self.desk.health.worked(time.monotonic()):
            self.desk.wake()

    def _finish(self, job: Job, outcome: Outcome, code: str, at: int = 0) -> None:
        job.message = b""
        job.work.report(job.one, outcome, code, at)

    def _write(self, data: bytes) -> None:
        transport = self.connection.transport
        if transport is not None:
            transport.write(data)

    def leave(self) -> None:
        """Say goodbye and close."""
        self.desk.outbox.flush()  # in the middle of a message, QUIT would be a line of its text
        self.leaving = True
        self._write(b"QUIT\r\n")
        if self.connection.transport is not None:
            self.connection.transport.close()

    def _lose_step(self, stage: Stage, job: Job) -> None:
        """An answer that cannot be one to what we said: from here on nothing on this connection can be believed."""
        log.warning("delivery.lane_out_of_step", stage=stage.value)
        self.expected.appendleft((stage, job))
        self._abort()

    def _abort(self) -> None:
        self.connection.abort()

    def _lost(self) -> None:
        """The connection is gone: a message whose dot was sent is unsure, one that was only begun goes back."""
        if self._timer:
            self._timer.cancel()
        self.desk.lanes.discard(self)
        if self.answered:
            self.desk.health.answered -= 1
        if self in self.desk.waiting:
            self.desk.waiting.remove(self)
        seen: set[int] = set()
        for stage, job in self.expected:
            if stage is CONNECT or id(job) in seen:
                continue
            first = not seen
            seen.add(id(job))
            if stage is DOT:
                self._finish(job, Outcome.UNSURE, "")
            elif job.refused is not None:
                self._finish(job, *job.refused)
            elif first and not self.goodbye:
                self._finish(job, *self.desk.broke(job, Outcome.RETRY, LOST, worked=self.answered))
            else:
                self._finish(job, Outcome.RELEASED, "")
        if (self.expected or self.goodbye) and not self.answered:
            self.desk.note_fault(
                RelayRefuses(said=self.goodbye)
            )  # a relay that hangs up before its first answer must not be called in a circle
        self.expected.clear()
        asyncio.get_running_loop().call_later(0.05, self.desk.wake)

    def _watch(self) -> None:
        if time.monotonic() > self.deadline:
            if self.expected:
                log.warning("delivery.lane_timed_out", stage=self.expected[0][0].value)
            if self.expected or self.leaving:
                self._abort()
                return
            self.leave()
        self._timer = asyncio.get_running_loop().call_later(1.0, self._watch)

"""An SMTP server (RFC 5321) that takes everything: pipelining (RFC 2920), eight bits, no limits but the size.

Written on the bare protocol so that it keeps up with a sender at full speed: all answers to what arrived in one piece go
out in one piece.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

from mailcatcher.answers import CLOSE, Answers
from mailcatcher.store import Envelope, Store

MAX_BYTES = 50_000_000
MAX_LINE = 4_096

_ADDRESS = re.compile(rb"(?:FROM|TO):\s*<([^>]*)>\s*(.*)", re.IGNORECASE)
LONGEST_LINE = 998  # RFC 5322 section 2.1.1
_EXTENSIONS = ("PIPELINING", f"SIZE {MAX_BYTES}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclass(slots=True)
class Catcher:
    """What all connections of one server share.

    delay_after_dot  seconds between filing a message and answering for it
    """

    store: Store
    answers: Answers = field(default_factory=Answers)
    delay_after_dot: float = 0.0
    name: str = "mailcatcher.example"
    connections: int = 0
    open_now: "set[Session]" = field(default_factory=set)


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, catcher: Catcher) -> None:
        self.catcher = catcher
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.replies: list[str] = []
        self.number = 0
        self.helo = ""
        self.in_data = False
        self.searched = 0
        self.held = False
        self._forget()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.catcher.connections += 1
        self.catcher.open_now.add(self)
        self.number = self.catcher.connections
        self._say(self.catcher.answers("connect") or f"220 {self.catcher.name} ESMTP")
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was not finished."""
        self.catcher.open_now.discard(self)
        self.transport = None

    def data_received(self, data: bytes) -> None:
        """Take what came and work through all that is complete."""
        self.buffer += data
        if not self.held:
            self._work()

    def close(self) -> None:
        """Hang up."""
        if self.transport:
            self.transport.close()
            self.transport = None

    def _work(self) -> None:
        while self.transport and not self.held and (self._take_message() if self.in_data else self._take_line()):
            pass
        self._flush()

    def _take_line(self) -> bool:
        end = self.buffer.find(b"\n")
        if end < 0:
            if len(self.buffer) > MAX_LINE:
                self._say("421 4.5.2 Line too long")
            return False
        line = bytes(self.buffer[:end]).rstrip(b"\r")
        del self.buffer[: end + 1]
        verb, _, rest = line.partition(b" ")
        handler = _VERBS.get(verb.upper())
        if handler is None:
            self._say("500 5.5.2 What?")
        else:
            handler(self, rest.strip())
        return True

    def _take_message(self) -> bool:
        """Look for the final dot; `searched` remembers how far we looked so that long messages are searched once."""
        if self.buffer.startswith(b".\r\n"):
            end, after = 0, 3
        else:
            found = self.buffer.find(b"\r\n.\r\n", max(self.searched - 4, 0))
            if found < 0:
                self.searched = len(self.buffer)
                if self.searched > MAX_BYTES:
                    self._say("421 4.3.4 Message too big")
                return False
            end, after = found + 2, found + 5
        content = bytes(self.buffer[:end])
        del self.buffer[:after]
        self.in_data, self.searched = False, 0
        if content.startswith(b".") or b"\r\n." in content:
            content = content.removeprefix(b".").replace(b"\r\n.", b"\r\n")
        self._file(content)
        return True

    def _file(self, content: bytes) -> None:
        reply = self.catcher.answers("dot", *self.recipients)
        if not reply or reply.startswith("2"):
            number = self.catcher.store.next_number()
            self.catcher.store.put(self._envelope(number, content), content)
            reply = reply or f"250 2.0.0 Kept as {number}"
        self._forget()
        if self.catcher.delay_after_dot > 0:
            self.held = True
            self._flush()
            asyncio.get_running_loop().call_later(self.catcher.delay_after_dot, self._answer_late, reply)
        else:
            self._say(reply)

    def _answer_late(self, reply: str) -> None:
        self.held = False
        self._say(reply)
        self._work()

    def _envelope(self, number: int, content: bytes) -> Envelope:
        return Envelope(
            number=number,
            sender=self.sender or "",
            recipients=self.recipients,
            at=time.time(),
            connection=self.number,
            helo=self.helo,
            options=self.options,
            faults=faults_of(content),
        )

    def _forget(self) -> None:
        self.sender: str | None = None
        self.options = ""
        self.recipients: list[str] = []

    def _say(self, reply: str) -> None:
        """Queue one reply; "close" hangs up at once, 421 after it was said."""
        if reply == CLOSE:
            self._flush()
            self.close()
            return
        self.replies.append(reply)
        if reply.startswith("421"):
            self._flush()
            self.close()

    def _flush(self) -> None:
        if self.replies and self.transport:
            self.transport.write(("\r\n".join(self.replies) + "\r\n").encode("ascii", "replace"))
        self.replies.clear()

    def _ehlo(self, rest: bytes) -> None:
        self._forget()
        self.helo = rest.decode("utf-8", "replace")
        if scripted := self.catcher.answers("ehlo", self.helo):
            self._say(scripted)
            return
        lines = (self.catcher.name, *_EXTENSIONS)
        self.replies += [f"250{'-' if line is not lines[-1] else ' '}{line}" for line in lines]

    def _helo(self, rest: bytes) -> None:
        self._forget()
        self.helo = rest.decode("utf-8", "replace")
        self._say(f"250 {self.catcher.name}")

    def _mail(self, rest: bytes) -> None:
        found = _ADDRESS.match(rest)
        if not found or self.sender is not None:
            self._say("503 5.5.1 Not now" if found else "501 5.5.4 MAIL FROM:<address>")
            return
        sender = found[1].decode("utf-8", "replace")
        scripted = self.catcher.answers("mail", sender)
        if not scripted or scripted.startswith("2"):
            self.sender, self.options = sender, found[2].decode("utf-8", "replace")
        self._say(scripted or "250 2.1.0 Go on")

    def _rcpt(self, rest: bytes) -> None:
        found = _ADDRESS.match(rest)
        if not found or self.sender is None:
            self._say("501 5.5.4 RCPT TO:<address>" if self.sender is not None else "503 5.5.1 MAIL first")
            return
        recipient = found[1].decode("utf-8", "replace")
        scripted = self.catcher.answers("rcpt", recipient)
        if not scripted or scripted.startswith("2"):
            self.recipients.append(recipient)
        self._say(scripted or "250 2.1.5 Go on")

    def _data(self, rest: bytes) -> None:
        if not self.recipients:
            self._say("554 5.5.1 No valid recipients" if self.sender is not None else "503 5.5.1 MAIL first")
            return
        scripted = self.catcher.answers("data", *self.recipients)
        if scripted and not scripted.startswith("3"):
            self._say(scripted)
            return
        self.in_data = True
        self._say("354 End with a dot")

    def _rset(self, rest: bytes) -> None:
        self._forget()
        self._say("250 2.0.0 Forgotten")

    def _noop(self, rest: bytes) -> None:
        self._say("250 2.0.0 Yes")

    def _quit(self, rest: bytes) -> None:
        self._say("221 2.0.0 Bye")
        self._flush()
        self.close()


_VERBS = {
    b"EHLO": Session._ehlo,
    b"HELO": Session._helo,
    b"MAIL": Session._mail,
    b"RCPT": Session._rcpt,
    b"DATA": Session._data,
    b"RSET": Session._rset,
    b"NOOP": Session._noop,
    b"QUIT": Session._quit,
}


def faults_of(content: bytes) -> list[str]:
    """Return what breaks RFC 5321 section 2.3.8 ("bare newline") or RFC 5322 section 2.1.1 ("long line") in one message."""
    faults = []
    if not content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r"):
        faults.append("bare newline")
    if max(map(len, content.split(b"\r\n"))) > LONGEST_LINE:
        faults.append("long line")
    return faults


async def listen(catcher: Catcher, host: str, port: int) -> asyncio.Server:
    """Start to take mail on `host`:`port` (0 = any free one). Raises OSError when the port is taken."""
    return await asyncio.get_running_loop().create_server(lambda: Session(catcher), host, port, backlog=1024)

"""An SMTP server that misbehaves on command, written against RFC 5321 and not against our client.

A script is asked before each answer and may say something else, wait, or hang up. What the server took responsibility for
is in `accepted`: a text is taken when the server decides to answer 2xx, even if that answer never arrives.
"""

import asyncio
import contextlib
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.patience import PATIENCE
from tests.ports import free_port

LOOK = 0.01  # seconds
PIPELINING = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
USUAL = {
    "connect": b"220 sink.example ESMTP\r\n",
    "starttls": b"220 2.0.0 go ahead\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 Ok\r\n",
    "rcpt": b"250 2.1.5 Ok\r\n",
    "data": b"354 go ahead\r\n",
    "dot": b"250 2.0.0 Ok: queued\r\n",
    "rset": b"250 2.0.0 Ok\r\n",
    "quit": b"221 2.0.0 bye\r\n",
}


@dataclass(frozen=True)
class Say:
    """What a script wants: these bytes after a while, then perhaps the end of the connection.

    text   whole reply with CRLF; b"" says nothing
    after  seconds to wait before
    """

    text: bytes = b""
    after: float = 0.0
    hang_up: bool = False
    drip: bool = False
    """One byte at a time."""
    held: threading.Event | None = None
    """Nothing before this is set."""


HANG_UP = Say(hang_up=True)


@dataclass
class Talk:
    """One connection as the script sees it."""

    number: int
    sender: str = ""
    recipient: str = ""
    message: bytes = b""
    texts: int = 0
    """Final dots on this connection, this one counted."""
    lines: list[bytes] = field(default_factory=list)
    secure: bool = False
    named: bool = False
    """MAIL of this message was accepted."""
    good: bool = False
    """MAIL and RCPT of this message were accepted."""


@dataclass(frozen=True)
class Taken:
    """One accepted message."""

    sender: str
    recipient: str
    message: bytes


Script = Callable[[str, Talk], Say | bytes | None]
"""Asked with the stage (connect, ehlo, helo, starttls, auth, mail, rcpt, data, dot, rset, quit) and the talk; None is the usual."""


class Server:
    """A server on any free port, in a thread of its own."""

    def __init__(self, script: Script, features: tuple[str, ...], tls: ssl.SSLContext | None, port: int) -> None:
        self.script, self.features, self.tls, self.port = script, features, tls, port
        self.accepted: list[Taken] = []
        self.talks: list[Talk] = []
        self.open = 0
        self.lenient = False
        """Answer DATA with 354 though nobody was accepted, as RFC 2920 section 3.1 permits."""
        self.muddled = False
        """Forget that MAIL was refused."""
        self.stands_at: int | None = None
        """With so many texts accepted nobody gets an answer to one, until a test sets it higher or to None."""
        self._loop = asyncio.new_event_loop()
        self._started, self._ended = threading.Event(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def recipients(self) -> Counter[str]:
        """How many messages each address got."""
        return Counter(one.recipient for one in self.accepted)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        assert self._started.wait(PATIENCE), "the test's SMTP server did not start"

    def end(self) -> None:
        """Cut all connections and stop."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive(), "the test's SMTP server did not end"

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=2**22)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._ended.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.02)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._talk(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(len(self.talks))
        self.talks.append(talk)
        self.open += 1
        try:
            if await self._answer("connect", talk, writer):
                while line := await reader.readline():
                    talk.lines.append(line)
                    if not await self._command(line, talk, reader, writer):
                        break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self.open -= 1
            writer.transport.abort()

    async def _command(self, line: bytes, talk: Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        word = line[:4].upper()
        if word == b"QUIT":
            with contextlib.suppress(OSError):
                await self._answer("quit", talk, writer)
            return False
        if word in (b"EHLO", b"HELO"):
            return await self._answer(word.decode().lower(), talk, writer)
        if word == b"STAR":
            return await self._begin_tls(talk, writer)
        if word == b"AUTH":
            return await self._auth(line, talk, reader, writer)
        if word == b"MAIL":
            talk.sender, talk.recipient, talk.good = _path(line), "", False
            mail = self._wanted("mail", talk)
            talk.named = self.muddled or mail.text.startswith(b"2")
            return await self._say(mail, writer)
        if word == b"RCPT":
            talk.recipient = _path(line)
            rcpt = self._wanted("rcpt", talk)
            talk.good = talk.named and rcpt.text.startswith(b"2")
            return await self._say(rcpt if talk.named else Say(b"503 5.5.1 MAIL first\r\n"), writer)
        if word == b"RSET":
            return await self._answer("rset", talk, writer)
        if word == b"DATA":
            return await self._data(talk, reader, writer)
        writer.write(b"500 5.5.2 what?\r\n")
        return True

    async def _begin_tls(self, talk: Talk, writer: asyncio.StreamWriter) -> bool:
        """Without a certificate the server says what it would say, and goes on in clear."""
        wanted = self._wanted("starttls", talk)
        if not await self._say(wanted, writer):
            return False
        if self.tls is not None and wanted.text.startswith(b"220"):
            await writer.start_tls(self.tls)
            talk.secure = True
        return True

    async def _auth(self, line: bytes, talk: Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if line.split()[1].upper() == b"LOGIN":
            for question in (b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n"):
                writer.write(question)
                talk.lines.append(await reader.readline())
        return await self._answer("auth", talk, writer)

    async def _data(self, talk: Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        wanted = self._wanted("data", talk)
        if not talk.good and not self.lenient:
            wanted = Say(b"554 5.5.1 no valid recipients\r\n")
        if not await self._say(wanted, writer):
            return False
        if not wanted.text.startswith(b"354"):
            return True
        text = bytearray()
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return False
            text += line[1:] if line.startswith(b".") else line
        talk.message, talk.texts = bytes(text), talk.texts + 1
        wanted = self._wanted("dot", talk) if talk.good else Say(b"554 5.5.1 no valid recipients\r\n")
        if wanted.text.startswith(b"2") or (wanted.hang_up and not wanted.text and wanted.after < 0):
            self.accepted.append(Taken(talk.sender, talk.recipient, talk.message))
        while self.stands_at is not None and len(self.accepted) >= self.stands_at:  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(LOOK)
        return await self._say(wanted, writer)

    def _wanted(self, stage: str, talk: Talk) -> Say:
        found = self.script(stage, talk)
        if found is None:
            found = USUAL.get(stage) or self._hello(stage)
        return Say(found) if isinstance(found, bytes) else found

    def _hello(self, stage: str) -> bytes:
        lines = ["sink.example", *(self.features if stage == "ehlo" else ())]
        return b"".join(f"250{'-' if at + 1 < len(lines) else ' '}{line}\r\n".encode() for at, line in enumerate(lines))

    async def _answer(self, stage: str, talk: Talk, writer: asyncio.StreamWriter) -> bool:
        return await self._say(self._wanted(stage, talk), writer)

    async def _say(self, wanted: Say, writer: asyncio.StreamWriter) -> bool:
        while wanted.held and not wanted.held.is_set():  # noqa: ASYNC110 - another thread sets it
            await asyncio.sleep(LOOK)
        if wanted.after > 0:
            await asyncio.sleep(wanted.after)
        for piece in [bytes((byte,)) for byte in wanted.text] if wanted.drip else [wanted.text]:
            writer.write(piece)
            await writer.drain()
            if wanted.drip:
                await asyncio.sleep(0)
        return not wanted.hang_up


def _path(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


ACCEPT_AND_HANG_UP = Say(after=-1, hang_up=True)
"""At the dot: take the message and cut the connection before a word is said."""


def usual(_stage: str, _talk: Talk) -> None:
    """A script that lets everything happen as usual."""


@contextmanager
def serving(
    script: Script = usual, *, features: tuple[str, ...] = PIPELINING, tls: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server(script, features, tls, port or free_port())
    server.start()
    try:
        yield server
    finally:
        server.end()

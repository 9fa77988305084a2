"""One conversation with another mail server: takes single messages for our own addresses, relays nothing.

STARTTLS (RFC 3207) is offered where there is a certificate, and asked of nobody: a bounce in clear is better than none.
The same port speaks SMTP (RFC 5321) and LMTP (RFC 2033). One recipient per message: bounces have one anyway, and so one
answer is right in both protocols and says truly what became of the message.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import structlog
from aiosmtpd.smtp import SMTP, Envelope, syntax
from aiosmtpd.smtp import Session as State

from siegelpost.flows.receive_mail import Outcome

MAX_MESSAGE: Final = 1024 * 1024  # a report with our whole message in it stays far below
MAX_LINE: Final = 64 * 1024  # RFC 5321 allows 1,000; servers that return long lines of others are no reason to lose a bounce
MAX_BYTES: Final = 4 * MAX_MESSAGE  # of one message, as aiosmtpd reads on after its limit, and keeps a line that never ends
MAX_CONNECTIONS: Final = 100
MAX_PER_HOST: Final = 20  # what Postfix opens to one destination by default
MAX_REFUSALS: Final = 10  # wrong recipients in one conversation: whoever has more is guessing
SECONDS: Final = 180  # for a command, and for the whole of a message

_BUSY: Final = "421 4.7.0 Too many connections, try again later"
_FAULT: Final = "451 4.3.0 Internal fault, try again later"
_NOT_OURS: Final = "550 5.1.1 No such recipient here"
_REFUSED: Final = "550 5.6.0 This address takes feedback reports (RFC 5965) only"

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers for the conversations.

    accepts   whether an address is ours; may block
    receive   acts on a message and returns only when it is stored; may block
    hostname  what we call ourselves
    """

    accepts: Callable[[str], bool]
    receive: Callable[[str, bytes], Outcome]
    hostname: str


@dataclass
class Door:
    """What all conversations share; `threads` is where the desk works."""

    desk: Desk
    threads: Executor
    tls: ssl.SSLContext | None = None
    """What STARTTLS begins with, for connections from now on; None offers none."""
    outcomes: Counter[str] = field(default_factory=Counter)
    busy: set[asyncio.Future[Any]] = field(default_factory=set)
    _peers: Counter[str] = field(default_factory=Counter)

    def enter(self, host: str) -> bool:
        """Let one more connection of a host in, or not."""
        if self._peers.total() >= MAX_CONNECTIONS or self._peers[host] >= MAX_PER_HOST:
            return False
        self._peers[host] += 1
        return True

    def leave(self, host: str) -> None:
        """One connection of a host has ended."""
        self._peers[host] -= 1
        if not self._peers[host]:
            del self._peers[host]

    async def ask(self, question: Callable[[], T]) -> T | None:
        """Return the answer of something that blocks; None after a fault, of which only the class is written down."""
        answer = asyncio.get_running_loop().run_in_executor(self.threads, question)
        self.busy.add(answer)
        answer.add_done_callback(self.busy.discard)
        await asyncio.wait([answer])
        if fault := answer.exception():
            log.error("inbound.fault", fault=type(fault).__name__)
            return None
        return answer.result()


class Conversation(SMTP):
    """The protocol with one peer, within bounds."""

    line_length_limit = MAX_LINE

    def __init__(self, door: Door) -> None:
        super().__init__(
            Replies(door),
            data_size_limit=MAX_MESSAGE,
            enable_SMTPUTF8=True,
            hostname=door.desk.hostname,
            ident="Siegelpost",
            timeout=SECONDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            tls_context=door.tls,
            loop=asyncio.get_running_loop(),
        )
        self._door = door
        self._host: str | None = None
        self._bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Begin, unless there are too many already; after STARTTLS it begins anew (RFC 3207 section 4.2)."""
        if self._host is not None:
            super().connection_made(transport)
            return
        host = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._door.enter(host):
            transport.write(_BUSY.encode() + b"\r\n")
            transport.close()
            return
        self._host = host
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End, if it ever began."""
        if self._host is not None:
            self._door.leave(self._host)
            super().connection_lost(error)
            self._host = None

    def eof_received(self) -> bool | None:
        """The peer has said all; without a conversation there is nothing to end."""
        return bool(super().eof_received()) if self._host is not None else None

    def data_received(self, data: bytes) -> None:
        """Hang up on whoever goes on far beyond the size of a message."""
        self._bytes += len(data)
        if self._bytes > MAX_BYTES and isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
            return
        super().data_received(data)

    def _set_post_data_state(self) -> None:
        super()._set_post_data_state()  # type: ignore[no-untyped-call]
        self._bytes = 0

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:
        """LMTP's greeting (RFC 2033 section 4.1)."""
        await self.smtp_EHLO(arg)


class Replies:
    """What we answer to the commands that matter."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._refusals = 0

    async def handle_EHLO(self, server: SMTP, session: State, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        """What we can do, without a line about logins: nobody has one here."""
        session.host_name = hostname
        return [one for one in responses if not one.startswith("250-AUTH")]

    async def handle_RCPT(self, server: SMTP, session: State, envelope: Envelope, address: str, options: list[str]) -> str:
        """Only addresses that we made."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient per message"
        ours = await self._door.ask(lambda: self._door.desk.accepts(address))
        if ours is None:
            return _FAULT
        if ours:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 OK"
        self._refusals += 1
        if self._refusals < MAX_REFUSALS:
            return _NOT_OURS
        if server.transport is not None:
            server.loop.call_soon(server.transport.close)  # soon: after the answer has gone out
        return "421 4.7.0 Too many unknown recipients"

    async def handle_DATA(self, server: SMTP, session: State, envelope: Envelope) -> str:
        """A final answer only when everything is stored; until then the message stays the other server's."""
        address, content = envelope.rcpt_tos[0], envelope.original_content or b""
        outcome = await self._door.ask(lambda: self._door.desk.receive(address, content))
        self._door.outcomes[outcome.value if outcome else "fault"] += 1
        if outcome is None:
            return _FAULT
        log.info("inbound.mail", outcome=outcome.value, bytes=len(content))
        return _REFUSED if outcome is Outcome.REFUSED else "250 2.0.0 OK"

    async def handle_VRFY(self, server: SMTP, session: State, envelope: Envelope, address: str) -> str:
        """We tell nobody who is here."""
        return "502 5.5.1 VRFY is not offered"

    async def handle_exception(self, error: Exception) -> str:
        """A command that aiosmtpd stumbled over; its own answer would repeat what was sent."""
        log.warning("inbound.command", fault=type(error).__name__)
        return "500 5.5.2 Syntax error"

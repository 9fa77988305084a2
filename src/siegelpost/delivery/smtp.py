"""One SMTP connection as bytes and replies: reads reply lines, shakes hands, knows what the server can.

RFC 5321; PIPELINING RFC 2920; STARTTLS RFC 3207; AUTH RFC 4954; enhanced status codes RFC 2034.
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from siegelpost.delivery.relay import LoginRefused, Relay, RelayFault, RelayRefuses, RelayUnreachable, TlsMissing

MAX_LINE: Final = 4096
"""A reply line has at most 512 bytes (RFC 5321 section 4.5.3.1.5); one that never ends is no reply."""
MAX_REPLY: Final = 100
"""Lines of one reply that we listen to."""
SHAKE_SECONDS: Final = 30
_ENHANCED: Final = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """Three digits, the enhanced status ("" where none was sent) and the texts of the lines."""

    code: int
    enhanced: str
    lines: tuple[bytes, ...]

    @property
    def good(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300


class Nonsense(Exception):
    """The server sends something that is no reply."""


class Replies:
    """Cuts a stream of bytes into replies."""

    __slots__ = ("_lines", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> list[Reply]:
        """Return the replies that `data` completes. Raises Nonsense."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            raise Nonsense
        found = []
        for line in lines:
            reply = _last_line(line)
            if self._lines or reply is None:
                reply = self._continued(line, reply)
            if reply is not None:
                found.append(reply)
        return found

    def _continued(self, line: bytes, last: Reply | None) -> Reply | None:
        """A line of a reply of several; the reply when it is the last one."""
        self._lines.append(line.rstrip(b"\r")[4:])
        if last is None:
            if len(self._lines) > MAX_REPLY:
                raise Nonsense
            return None
        whole = Reply(last.code, last.enhanced, tuple(self._lines))
        self._lines = []
        return whole


@lru_cache(maxsize=256)
def _last_line(line: bytes) -> Reply | None:
    """The reply of one line, None where more lines follow; remembered, since a server says the same all day. Raises Nonsense."""
    line = line.rstrip(b"\r")
    if not 3 <= len(line) <= MAX_LINE or not line[:3].isdigit() or line[3:4] not in (b"", b" ", b"-"):
        raise Nonsense
    if line[3:4] == b"-":
        return None
    enhanced = _ENHANCED.match(line, 4)
    return Reply(int(line[:3]), enhanced[1].decode() if enhanced else "", (line[4:],))


class Connection(asyncio.Protocol):
    """A connection until it is ready to carry mail; afterwards `on_reply` and `on_lost` are called."""

    def __init__(self, relay: Relay, own_name: str) -> None:
        self.relay, self.own_name = relay, own_name
        self.transport: asyncio.Transport | None = None
        self.features: frozenset[str] = frozenset()
        self.on_reply: Callable[[Reply], None] | None = None
        self.on_lost: Callable[[], None] | None = None
        self._replies = Replies()
        self._waiting: asyncio.Queue[Reply | None] = asyncio.Queue()
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: connected, or TLS has begun."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes from the server."""
        try:
            replies = self._replies.feed(data)
        except Nonsense:
            self.abort()
            return
        for reply in replies:
            if self.on_reply:
                self.on_reply(reply)
            else:
                self._waiting.put_nowait(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: gone."""
        self.lost = True
        self._waiting.put_nowait(None)
        if self.on_lost:
            self.on_lost()

    def abort(self) -> None:
        """End it without ceremony."""
        if self.transport:
            self.transport.abort()

    async def open(self) -> None:
        """Connect, say hello, begin TLS, log in. Raises a RelayFault."""
        loop = asyncio.get_running_loop()
        tls = self.relay.context() if self.relay.implicit else None
        try:
            async with asyncio.timeout(SHAKE_SECONDS):
                await loop.create_connection(lambda: self, self.relay.host, self.relay.port, ssl=tls)
                await self._shake()
        except RelayFault:
            self.abort()
            raise
        except OSError as reason:  # TimeoutError and ssl.SSLError are among them
            self.abort()
            raise (TlsMissing if self.relay.implicit and "SSL" in type(reason).__name__ else RelayUnreachable) from reason

    async def _shake(self) -> None:
        greeting = await self._answer()
        if greeting.code != 220:
            raise RelayRefuses
        await self._hello()
        if not self.relay.implicit and self.relay.tls != "off":
            await self._begin_tls()
        if self.relay.user:
            await self._log_in()

    async def _hello(self) -> None:
        reply = await self._ask(b"EHLO " + self.own_name.encode())
        if not reply.good:
            reply = await self._ask(b"HELO " + self.own_name.encode())
            if not reply.good:
                raise RelayRefuses
        self.features = frozenset(line.decode("ascii", "replace").upper() for line in reply.lines[1:])

    async def _begin_tls(self) -> None:
        wanted = self.relay.tls == "required"
        if "STARTTLS" not in self.features:
            if wanted:
                raise TlsMissing
            return
        if (await self._ask(b"STARTTLS")).code != 220:
            if wanted:
                raise TlsMissing
            return
        if not self._waiting.empty() or self.transport is None:
            raise TlsMissing  # something came in clear after our STARTTLS: RFC 3207 section 6, injected commands
        loop = asyncio.get_running_loop()
        self._replies = Replies()
        try:
            self.transport = await loop.start_tls(self.transport, self, self.relay.context(), server_hostname=self.relay.host)
        except OSError as reason:
            raise TlsMissing from reason
        await self._hello()

    async def _log_in(self) -> None:
        offered = next((line.split()[1:] for line in self.features if line.startswith("AUTH ")), [])
        user, password = self.relay.user.encode(), self.relay.password.encode()
        if "PLAIN" in offered:
            reply = await self._ask(b"AUTH PLAIN " + b64encode(b"\0" + user + b"\0" + password))
        elif "LOGIN" in offered:
            await self._ask(b"AUTH LOGIN")
            await self._ask(b64encode(user))
            reply = await self._ask(b64encode(password))
        else:
            raise LoginRefused
        if reply.code != 235:
            raise LoginRefused

    async def _ask(self, command: bytes) -> Reply:
        if self.transport is None or self.lost:
            raise RelayUnreachable
        self.transport.write(command + b"\r\n")
        return await self._answer()

    async def _answer(self) -> Reply:
        reply = await self._waiting.get()
        if reply is None:
            raise RelayUnreachable
        return reply

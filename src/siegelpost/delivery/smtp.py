"""One SMTP connection until it is ready to carry mail: greeting, hello, TLS, login; and what the server can.

RFC 5321; PIPELINING RFC 2920; STARTTLS RFC 3207; AUTH RFC 4954.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from siegelpost.delivery.relay import LoginRefused, Relay, RelayFault, RelayRefuses, RelayUnreachable, TlsMissing
from siegelpost.delivery.replies import Nonsense, Replies, Reply
from siegelpost.delivery.rules import code_text

SHAKE_SECONDS: Final = 60
"""From the first packet to the login; longer than the half minute for which some servers hold their greeting back."""


async def connect(relay: Relay, own_name: str) -> "Connection":
    """Return a connection that is ready to carry mail. Raises a RelayFault.

    Where TLS is only a wish and breaks, the mail goes on without it (RFC 7435), but never a password.
    """
    connection = Connection(relay, own_name)
    try:
        await connection.open()
    except TlsMissing:
        if relay.tls != "opportunistic" or relay.implicit or relay.user:
            raise
        connection = Connection(replace(relay, tls="off"), own_name)
        await connection.open()
    return connection


class Connection(asyncio.Protocol):
    """A connection; once it is open, `on_reply` and `on_lost` are called."""

    def __init__(self, relay: Relay, own_name: str) -> None:
        self.relay, self.own_name = relay, own_name
        self.transport: asyncio.Transport | None = None
        self.features: frozenset[str] = frozenset()
        self.secure = relay.implicit
        """Whether TLS runs; it is verified where the relay's tls is required."""
        self.on_reply: Callable[[Reply], None] | None = None
        self.on_lost: Callable[[], None] | None = None
        self.lost = False
        self.more = 0
        """Replies that came in the same piece after the one that is being handled."""
        self._replies = Replies()
        self._waiting: asyncio.Queue[Reply | None] = asyncio.Queue()
        self._nonsense = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: connected, or TLS has begun."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes from the server."""
        try:
            replies = self._replies.feed(data)
        except Nonsense:
            self._nonsense = True
            self.abort()
            return
        self.more = len(replies)
        for reply in replies:
            self.more -= 1
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
        """End it without ceremony; nothing that still comes is listened to."""
        self.lost, self.on_reply = True, None
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
        except OSError as reason:  # TimeoutError and ssl.SSLError are among them
            self.abort()
            raise (TlsMissing if isinstance(reason, ssl.SSLError) else RelayUnreachable) from reason
        except BaseException:  # a RelayFault; or the program ends, and an open connection would hold the loop up
            self.abort()
            raise

    async def _shake(self) -> None:
        greeting = await self._answer()
        if greeting.code != 220:
            raise _refuses(greeting)
        await self._hello()
        if not self.relay.implicit and self.relay.tls != "off":
            await self._begin_tls()
        if self.relay.user:
            await self._log_in()

    async def _hello(self) -> None:
        reply = await self._ask(b"EHLO " + self.own_name.encode())
        if reply.code >= 500:
            reply = await self._ask(b"HELO " + self.own_name.encode())
        if not reply.good:
            raise _refuses(reply)
        self.features = frozenset(line.decode("ascii", "replace").strip().upper() for line in reply.lines[1:])

    async def _begin_tls(self) -> None:
        wanted = self.relay.tls == "required"
        if "STARTTLS" not in self.features:
            if wanted:
                raise TlsMissing  # not able, or somebody on the way took the offer out
            return
        try:
            reply = await self._ask(b"STARTTLS")
        except RelayRefuses as reason:  # something that is no reply came with it
            raise TlsMissing from reason
        if reply.code == 421:
            raise _refuses(reply)
        if reply.code != 220:
            if wanted:
                raise TlsMissing
            return
        if not self._waiting.empty() or self.transport is None or self._nonsense:
            raise TlsMissing  # something came in clear after our STARTTLS: RFC 3207 section 6, injected commands
        loop = asyncio.get_running_loop()
        self._replies = Replies()
        try:
            self.transport = await loop.start_tls(self.transport, self, self.relay.context(), server_hostname=self.relay.host)
        except OSError as reason:  # a bad certificate, an old version, a server that hangs up
            raise TlsMissing from reason
        self.secure = True
        await self._hello()

    async def _log_in(self) -> None:
        if not self.secure and self.relay.tls != "off":
            raise TlsMissing  # whoever takes the offer of TLS out of the answer would get the password
        offered = next((line.split()[1:] for line in self.features if line.startswith("AUTH ")), [])
        user, password = self.relay.user.encode(), self.relay.password.encode()
        if "PLAIN" in offered:
            reply = await self._ask(b"AUTH PLAIN " + b64encode(b"\0" + user + b"\0" + password))
        elif "LOGIN" in offered:
            reply = await self._ask(b"AUTH LOGIN")
            for secret in (user, password):
                if reply.code == 334:
                    reply = await self._ask(b64encode(secret))
        else:
            raise LoginRefused
        if reply.code == 235:
            return
        if 400 <= reply.code < 500:
            raise _refuses(reply)  # "454 4.7.0 temporary authentication failure" (RFC 4954 section 4.7.0): not our password
        raise LoginRefused(said=code_text(reply.code, reply.enhanced))

    async def _ask(self, command: bytes) -> Reply:
        if self.transport is None or self.lost:
            raise self._gone()
        self.transport.write(command + b"\r\n")
        return await self._answer()

    async def _answer(self) -> Reply:
        reply = await self._waiting.get()
        if reply is None:
            raise self._gone()
        return reply

    def _gone(self) -> RelayFault:
        return RelayRefuses() if self._nonsense else RelayUnreachable()


def _refuses(reply: Reply) -> RelayRefuses:
    return RelayRefuses(said=code_text(reply.code, reply.enhanced))

"""Lets a WSGI application answer behind a server with a loop: sockets wait in the loop, the application works in threads.

The libraries for this take a body that broke off for a whole one, and go on making an answer that nobody reads.
"""

import asyncio
import io
import sys
from asyncio import AbstractEventLoop, Task, run_coroutine_threadsafe
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

import structlog

from siegelpost.base.http_head import joined

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

AT_ONCE: Final = 65_536
"""Bytes of a body that are waited for before a thread is taken, so that a form that comes slowly holds none; and of an answer that
leaves in one piece."""
PIECE: Final = 15.0
"""Seconds for the next piece of a body."""
TAKEN: Final = 60.0
"""Seconds in which a piece of an answer must be taken."""

_LATE: Final = [(b"Content-Length", b"0"), (b"Connection", b"close")]

_log = structlog.get_logger(__name__)


class ClientGone(OSError):
    """The connection ended, or nothing came or was taken for too long."""


class Bridge:
    """An ASGI application (version 3) around a WSGI one."""

    def __init__(self, site: WSGIApplication, threads: int) -> None:
        """threads  requests that the site works on at a time; more wait

        A site may have `answers_at_once(environ)`: whether it answers this request from its memory. Then it does so in the loop:
        a thread would cost twice as much as the answer.
        """
        self._site = site
        self._is_quick: Callable[[WSGIEnvironment], bool] = getattr(site, "answers_at_once", lambda _environ: False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request. What is not answered here uvicorn answers with 500, or breaks off where the answer has begun."""
        loop = asyncio.get_running_loop()
        answer = _Answer(loop, receive, send)
        try:
            environ = environ_of(scope, await _body(scope, receive, loop))
            if self._is_quick(environ):
                messages = answer.make(self._site, environ)
            else:
                messages = await loop.run_in_executor(self._threads, answer.make, self._site, environ)
            for message in messages:
                await send(message)
        except ClientGone:
            if not answer.has_begun:
                await send({"type": "http.response.start", "status": HTTPStatus.REQUEST_TIMEOUT, "headers": _LATE})
                await send({"type": "http.response.body"})
        except Exception as fault:  # noqa: BLE001  one request must not end the others, nor reach a log with its text
            _log.error("http.failed", kind=type(fault).__name__)
        finally:
            answer.end()


class _Answer:
    """What a request gets; made in a thread, sent in the loop."""

    def __init__(self, loop: AbstractEventLoop, receive: Receive, send: Send) -> None:
        self._loop, self._receive, self._send = loop, receive, send
        self._head: Message | None = None
        self._leaving: Task[None] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether a part of it is out."""
        return self._leaving is not None

    def make(self, site: WSGIApplication, environ: WSGIEnvironment) -> list[Message]:
        """Run the application (PEP 3333) and return what is still to be sent; a large answer leaves while it is made."""
        parts = site(environ, self._start)  # type: ignore[arg-type]
        try:
            held, size = [], 0
            for part in parts:
                held.append(part)
                size += len(part)
                if size > AT_ONCE:
                    run_coroutine_threadsafe(self._pass_on(self._messages(held, more=True)), self._loop).result()
                    held, size = [], 0
        finally:
            getattr(parts, "close", lambda: None)()
        return self._messages(held, more=False)

    def end(self) -> None:
        """Wait for nobody any more."""
        if self._leaving is not None:
            self._leaving.cancel()

    def _start(self, status: str, headers: Iterable[tuple[str, str]], *_more: Any) -> None:
        fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._head = {"type": "http.response.start", "status": int(status[:3]), "headers": fields}

    def _messages(self, parts: list[bytes], *, more: bool) -> list[Message]:
        head, self._head = self._head, None
        whole = b"".join(parts)
        if head and whole and not more and not any(name.lower() == b"content-length" for name, _value in head["headers"]):
            head["headers"].append((b"Content-Length", str(len(whole)).encode()))
        body = {"type": "http.response.body", "body": whole, "more_body": more}
        return [head, body] if head else [body]

    async def _pass_on(self, messages: list[Message]) -> None:
        if self._leaving is None:
            self._leaving = self._loop.create_task(self._until_gone())
        with suppress(TimeoutError):
            async with asyncio.timeout(TAKEN):
                for message in messages:
                    await self._send(message)
                if not self._leaving.done():
                    return
        raise ClientGone

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


class _Rest(io.RawIOBase):
    """A body that comes while the application reads it."""

    def __init__(self, begun: bytes, receive: Receive, loop: AbstractEventLoop) -> None:
        self._held, self._receive, self._loop, self._more = memoryview(begun), receive, loop, True

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """io: fill some of it; 0 at the end. Raises ClientGone: what broke off is no whole."""
        while not self._held and self._more:
            piece, self._more = run_coroutine_threadsafe(_next(self._receive), self._loop).result()
            self._held = memoryview(piece)
        size = min(len(buffer), len(self._held))
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size


def environ_of(scope: Message, body: io.BufferedIOBase) -> WSGIEnvironment:
    """What PEP 3333 asks for; bytes as latin-1, as it has them."""
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(scope["server"][0]),
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in joined(scope["headers"]).items():
        key = name.decode("latin-1").upper().replace("-", "_")
        environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value.decode("latin-1")
    return environ


async def _body(scope: Message, receive: Receive, loop: AbstractEventLoop) -> io.BufferedIOBase:
    """A small body whole, a large one from its beginning. Raises ClientGone."""
    if not any(name in (b"content-length", b"transfer-encoding") for name, _value in scope["headers"]):
        return io.BytesIO()
    begun, more = b"", True
    while more and len(begun) < AT_ONCE:
        piece, more = await _next(receive)
        begun += piece
    return io.BufferedReader(_Rest(begun, receive, loop), AT_ONCE) if more else io.BytesIO(begun)


async def _next(receive: Receive) -> tuple[bytes, bool]:
    """The next piece, and whether more follow. Raises ClientGone."""
    try:
        async with asyncio.timeout(PIECE):
            message = await receive()
    except TimeoutError:
        raise ClientGone from None
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)

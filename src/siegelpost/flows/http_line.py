"""One connection of a site: who is slow, endless or ambiguous in the head of a request gets no thread and no answer of the site."""

from asyncio import BaseTransport, TimerHandle
from enum import Enum
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from siegelpost.base.errors import BadInput
from siegelpost.base.http_head import MOST_BYTES, is_odd, known
from siegelpost.base.i18n import marked as _

SECONDS: Final = 15.0
"""For a head, from its first byte on or from the greeting on; and to go on sending what nobody reads any more."""


class HeadRefused(BadInput):
    """What asks is no browser, or a proxy that lets everything through."""

    code = "http.head_refused"
    message = _("The head of the request is too large, or can be read in two ways.")
    hint = _("Send each header once, with Host; operators look at the proxy that passed it on.")
    nothing = _("Nothing was read or changed, and the connection is closed.")


class _At(Enum):
    """What comes next."""

    HEAD = 1
    BODY = 2
    NOTHING = 3


class Line(HttpToolsProtocol):
    """Uvicorn's, with limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at, self._size = _At.HEAD, 0
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """The loop: somebody is there."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The loop: nobody is there any more."""
        self._hold()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The loop: a piece."""
        if self._at is _At.NOTHING and self._is_idle():
            self._begin_head()  # also where empty lines come before the first word
        self._size += len(data)
        super().data_received(data)
        if self._at is _At.HEAD and self._size > MOST_BYTES:
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """The parser: a first line begins."""
        if self._at is not _At.HEAD:
            self._begin_head()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser: a header. One that comes after the body (a trailer) was looked at by nobody who vouches for the client."""
        if self._at is _At.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The parser: the head is whole. What is raised here becomes 400, and the connection ends."""
        self.headers[:] = known(self.headers)
        if is_odd(self.parser.get_http_version(), self.url, self.headers):
            raise HeadRefused
        self._at = _At.BODY
        self._hold()
        super().on_headers_complete()
        if self.parser.should_upgrade():
            self.cycle.keep_alive = False  # we speak nothing else; what follows in the same piece would be lost

    def on_message_complete(self) -> None:
        """The parser: the body is whole."""
        self._at = _At.NOTHING
        self._hold()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out; a body that nobody wants may end, or closing would tear the answer away with it."""
        super().on_response_complete()
        if self._at is _At.BODY:
            self._allow(SECONDS)

    def send_400_response(self, msg: str) -> None:
        """Say it in our words, of a head alone: beside an answer nothing may be said."""
        if self.transport.is_closing():
            return
        if self._is_idle() and self._at is _At.HEAD:
            super().send_400_response(HeadRefused().text("en"))
        else:
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # it is None before the first request, whatever uvicorn says
        return cycle is None or cycle.response_complete

    def _begin_head(self) -> None:
        self._at, self._size = _At.HEAD, 0
        self._allow(SECONDS)

    def _allow(self, seconds: float) -> None:
        self._hold()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _hold(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

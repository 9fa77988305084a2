"""The public port's one WSGI callable: opens and clicks are answered here at once, all else is Django's.

Nothing about a request is logged or kept but what `measure.spool` describes. No cookie is read or set on `/o/` and `/c/`,
and `/c/` leads only to addresses that a launched mailing holds: whoever makes up a token gets 404.
"""

import logging
import os
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from django.core.wsgi import get_wsgi_application
from django.db import Error as DatabaseError
from django.db import close_old_connections

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.proxies import client_of
from siegelpost.base.settings import process_settings
from siegelpost.measure.devices import kind_of
from siegelpost.measure.held import Held
from siegelpost.measure.singly.spool import SinglySpool
from siegelpost.measure.spool import Hit, Spool
from siegelpost.measure.targets import Targets
from siegelpost.measure.uniques import Uniques
from siegelpost.public.errors import MethodWrong, OurFault
from siegelpost.public.names import is_foreign
from siegelpost.public.pages import accepted_language
from siegelpost.sign.tokens import TokenForged
from siegelpost.tenancy.departing import gone_numbers
from siegelpost.tenancy.registry import all_tenants, open_by_number

PIXEL_GIF: Final = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""One transparent pixel, 43 bytes."""

_NEVER_STORE: Final = [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff")]
_TICK: Final = 0.5  # seconds; a finished file waits at most this long for its end
_SEEN: Final = 10_000  # paths of mails that are read these days; then it begins anew
_GONE: Final = 10.0  # seconds for which links of a tenant that was erased still lead somewhere

_log = structlog.get_logger()


class _Spool(Protocol):
    def turn(self, now: float) -> None: ...
    def write(self, hit: Hit, now: float) -> None: ...
    def close(self) -> None: ...


class Edge:
    """Answers opens and clicks from memory and passes on the rest."""

    def __init__(
        self,
        targets: Targets,
        spool: _Spool,
        uniques: Uniques,
        django: WSGIApplication,
        clock: Callable[[], float],
        singly: SinglySpool | None = None,
    ) -> None:
        """clock   seconds since 1970, in a process `time.time`
        singly  where requests by personal links go; without one they are answered and forgotten
        """
        self._targets, self._spool, self._uniques, self._django, self._clock = targets, spool, uniques, django, clock
        self._singly = singly
        self._seen: set[str] = set()

    def answers_at_once(self, environ: WSGIEnvironment) -> bool:
        """Whether the answer asks no database: an open or a click that was answered before."""
        return environ["PATH_INFO"] in self._seen and environ["REQUEST_METHOD"] in ("GET", "HEAD")

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        try:
            if path.startswith("/o/"):
                return self._open(path[3:], environ, start)
            if path.startswith("/c/"):
                return self._click(path[3:], environ, start)
            return self._django(environ, start)
        except Exception as fault:  # noqa: BLE001  a stranger's request must not end the process, nor reach a log with its text
            _log.error("edge.failed", kind=type(fault).__name__, place=_place_of(fault))
            return _complain(OurFault(), environ, start)

    def close(self) -> None:
        """Hand over what was counted, at the end of the process."""
        self._spool.close()
        if self._singly is not None:
            self._singly.hand_over()

    def _open(self, name: str, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if refused := _refuse_method(environ, start):
            return refused
        token = name.removesuffix(".gif")
        target = self._targets.pixel(token)
        if target is None or is_foreign(environ, target[0]):
            return _complain(TokenForged(), environ, start)
        self._count(target, environ, self._targets.person("o", token))
        return _answer(start, "200 OK", PIXEL_GIF, [("Content-Type", "image/gif")], environ)

    def _click(self, token: str, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if refused := _refuse_method(environ, start):
            return refused
        found = self._targets.link(token)
        if found is None or is_foreign(environ, found[0][0]):
            return _complain(TokenForged(), environ, start)
        target, location = found
        self._count(target, environ, self._targets.person("c", token))
        return _answer(start, "302 Found", b"", [("Location", location)], environ)

    def _count(self, target: tuple[int, int, int], environ: WSGIEnvironment, person: bytes) -> None:
        """Keep what may be kept; never stand in the way of the answer.

        person  of a personal link: such a request is never counted among those of everybody, nor is anything of it hashed
        """
        if not person:  # what is one person's is remembered nowhere
            if len(self._seen) >= _SEEN:
                self._seen.clear()
            self._seen.add(environ["PATH_INFO"])
        if environ["REQUEST_METHOD"] != "GET":
            return
        agent, now = str(environ.get("HTTP_USER_AGENT", "")), self._clock()
        try:
            kind = kind_of(agent, environ)
            if person:
                if self._singly is not None and not kind.machine:
                    self._singly.write(target, person, now)
                return
            self._spool.turn(now)
            kind = self._uniques.saw(target, f"{address_of(environ)}\n{agent}", kind, estimated=self._targets.estimates(target))
            self._spool.write(Hit(*target, kind), now)
        except OSError as fault:
            _log.error("edge.not_counted", kind=type(fault).__name__, errno=fault.errno)


def address_of(environ: WSGIEnvironment) -> str:
    """Return the network address that asked, as far as our proxies know it."""
    said = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    return client_of(str(environ.get("REMOTE_ADDR", "")), said, process_settings().proxies)


def _refuse_method(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes] | None:
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return None
    return _complain(MethodWrong(), environ, start, ("Allow", "GET, HEAD"))


def _complain(error: SiegelpostError, environ: WSGIEnvironment, start: StartResponse, *more: tuple[str, str]) -> Iterable[bytes]:
    """One of our errors as plain text in the reader's language; a page would cost Django's time for whoever makes up tokens."""
    language = accepted_language(str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))) or "en"
    status, body = HTTPStatus(error.status), f"{error.text(language)}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Language", language), *more]
    return _answer(start, f"{status.value} {status.phrase}", body, headers, environ)


def _answer(start: StartResponse, status: str, body: bytes, headers: list[tuple[str, str]], environ: WSGIEnvironment) -> Iterable[bytes]:
    start(status, [*headers, ("Content-Length", str(len(body))), *_NEVER_STORE])
    return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]


def _place_of(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


class NoNames(logging.Filter):
    """Lets a record of Django's say that something failed and where, but not for which address, path or values."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take text and values out of the framework's records; others pass as they are."""
        if record.name.split(".")[0] == "django":
            fault = record.exc_info[1] if record.exc_info else None
            what = f"{type(fault).__name__} {_place_of(fault)}" if fault else str(getattr(record, "status_code", ""))
            record.msg, record.args, record.exc_info, record.exc_text = f"request failed: {what}".strip(), (), None, None
        return True


def quiet_logs() -> None:
    """Put NoNames before everything that this process writes by `logging`."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(NoNames())
    logging.getLogger("django.request").setLevel(logging.ERROR)  # every dead link would be a line otherwise


def build() -> Edge:
    """Make the edge of this process: tables loaded, spool open, hand-over running.

    Django must be set up. Called once, after the last fork: the spool's lock belongs to the process that opens it.
    """
    settings = process_settings()
    application = get_wsgi_application()
    quiet_logs()
    uniques = Uniques(os.urandom)
    targets = Targets(open_by_number, time.monotonic)
    epoch = os.urandom(6).hex()
    kept = Spool(settings.home / "spool", epoch, uniques, at_once=settings.environment == "test")
    singly = SinglySpool(settings.home / "spool", epoch)
    spool = Held(kept, uniques, targets.has_crowd)
    targets.load(all_tenants())
    close_old_connections()  # this thread answers no request that would give the registry's connection back
    threading.Thread(target=_hand_over, args=(spool, singly), name="spool", daemon=True).start()
    threading.Thread(target=_forget_gone, args=(targets,), name="gone", daemon=True).start()
    return Edge(targets, spool, uniques, application, time.time, singly)


def _forget_gone(targets: Targets) -> None:
    while True:
        time.sleep(_GONE)
        try:
            targets.drop(gone_numbers())
        except DatabaseError as fault:
            _log.warning("edge.gone_unread", kind=type(fault).__name__)
        finally:
            close_old_connections()


def _hand_over(spool: Held, singly: SinglySpool) -> None:
    while True:
        time.sleep(_TICK)
        try:
            singly.hand_over()
            spool.tick(time.time())
        except OSError as fault:
            _log.error("edge.not_handed_over", kind=type(fault).__name__, errno=fault.errno)

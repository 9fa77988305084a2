"""Serves one of our applications: one process, no access log, gone when its parent is gone."""

import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import uvicorn
import uvloop

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.logs import configure_logs
from siegelpost.base.process import die_with_parent, on_end
from siegelpost.base.settings import Settings, process_settings
from siegelpost.flows.http_line import Line
from siegelpost.flows.http_ports import take
from siegelpost.flows.listening import may_listen
from siegelpost.flows.renewal import Renewal, in_turn, keep_renewed
from siegelpost.flows.tls_names import Names, no_others
from siegelpost.flows.wsgi_bridge import Bridge

_WAITING: Final = 512  # connections at a time; whoever comes then is told to come again (503)
_IDLE_SECONDS: Final = 5  # between two requests of one connection
_STOP_SECONDS: Final = 4  # for answers under way; with all the rest less than five


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: the module that holds `application`, its address of the settings, and how many requests run at a time.

    Where the module has `certificates` (BroughtNames), names of others answer with those.
    """

    module: str
    address: Callable[[Settings], str]
    threads: int


class _Server(uvicorn.Server):
    """Ends by our signals, with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        on_end(self._end)
        yield

    def _end(self) -> None:
        self.should_exit = True


def serve(site: Site, host: str, port: int) -> None:
    """Serve on `host`:`port` until SIGTERM or SIGINT; returns when all is stopped, or after _STOP_SECONDS.

    Must be called in the main thread of a process. Raises PortTaken, and what `may_listen` raises.
    """
    settings = process_settings()
    pair = may_listen(settings, host, (site.address(settings),), now=clock.now())
    listening = take(host, port)
    loaded = importlib.import_module(site.module)
    application: Any = loaded.application
    brought = getattr(loaded, "certificates", None) if pair is not None else None
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it tells of each stranger who speaks no HTTP
    names = Names(pair, brought.of if brought else no_others) if pair is not None else None
    config = uvicorn.Config(
        Bridge(application, site.threads),
        interface="asgi3",
        http=Line,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose word counts says `base.proxies`
        limit_concurrency=_WAITING,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        ssl_context_factory=(lambda *_usual: names.front) if names else None,
    )
    if names is not None and pair is not None:
        hosts = (urlsplit(site.address(settings)).hostname or "",)
        keep_renewed(Renewal(settings, hosts, pair), settings, names.renew)
    if brought is not None:
        brought.look()
        in_turn(brought.look, settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Server(config).serve(sockets=[listening]))
    application.close()


def main(site: Site, words: Sequence[str]) -> None:
    """Serve as a process of its own: `[PARENT] HOST PORT`; ends with the exit code of the error, if any.

    With PARENT, the id of the process that starts it, it ends when that one does.
    """
    *parent, host, port = words
    if parent:
        die_with_parent(int(parent[0]))
    configure_logs()
    try:
        serve(site, host, int(port))
    except SiegelpostError as error:
        sys.stderr.write(f"{error.text()}\n")
        sys.exit(error.exit_code)
    logging.shutdown()
    os._exit(0)  # a request that hangs would keep the process: the interpreter waits for its thread

"""Starts Granian for one of our applications: one worker process, no access log, gone when its parent is gone."""

import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, Final
from urllib.parse import urlsplit

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from siegelpost.base import clock
from siegelpost.base.errors import BadInput, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.logs import configure_logs
from siegelpost.base.process import die_with_parent
from siegelpost.base.settings import Settings, process_settings
from siegelpost.flows.listening import may_listen
from siegelpost.flows.renewal import Renewal, keep_renewed
from siegelpost.flows.tls_pair import Held, Pair

_WAITING: Final = 512  # connections that may queue before new ones wait in the kernel
_STOP_SECONDS: Final = 5  # for answers under way


class PortTaken(BadInput):
    """Another program listens there."""

    code = "serve.port_taken"
    message = _("The port {port} cannot be used: {reason}.")
    hint = _("Stop the other program, or choose another port: --port, --public-port, --inbound-port.")
    nothing = _("Nothing was started.")


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: the module that holds `application`, its address of the settings, and how many requests run at a time."""

    module: str
    address: Callable[[Settings], str]
    threads: int


def serve(site: Site, host: str, port: int) -> None:
    """Serve on `host`:`port` until SIGTERM or SIGINT; returns when all is stopped.

    Must be called in the main thread of a process. Raises PortTaken, and what `may_listen` raises.
    """
    settings = process_settings()
    pair = may_listen(settings, host, (site.address(settings),), now=clock.now())
    _check_free(host, port)
    server = Server(
        f"{site.module}:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,  # the edge counts people in the memory of one process (measure.uniques); pages are fast enough with one
        blocking_threads=site.threads,
        backpressure=_WAITING,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, keep_alive=True),
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
    )
    if pair is not None:
        _speak_tls(server, pair)
        hosts = (urlsplit(site.address(settings)).hostname or "",)
        keep_renewed(Renewal(settings, hosts, pair), settings, partial(_speak_tls, server, anew=True))
    server.serve(target_loader=partial(_load_in_worker, site.module, os.getpid()), wrap_loader=False)


def _speak_tls(server: Any, pair: Pair, *, anew: bool = False) -> None:
    """Let workers that start from now on read this pair from our memory: one that must start anew finds what was checked.

    anew  a worker runs: another takes its place, and it answers what it has begun
    """
    certificate, key = Held(pair).names
    # as Granian's own `build_ssl_context` has it, which takes files alone; with forward secrecy only: rustls knows nothing older or weaker
    server.ssl_ctx = (True, certificate, key, None, str(SSLProtocols.tls12), None, [], False)
    if anew:
        server.signal_handler_reload()


def _load_in_worker(module: str, parent: int) -> Any:
    die_with_parent(parent, signal.SIGKILL)  # Granian's workers outlive a killed parent otherwise
    application = importlib.import_module(module).application
    close: Callable[[], None] | None = getattr(application, "close", None)
    if close is not None:
        Finalize(None, close, exitpriority=1)  # a forked child of multiprocessing runs no atexit functions
    return application


def _check_free(host: str, port: int) -> None:
    """Granian shares a port with whoever listens there already (SO_REUSEPORT), so two servers would split the answers."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise PortTaken(port=port, reason=os.strerror(fault.errno) if fault.errno and fault.errno > 0 else type(fault).__name__) from fault


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

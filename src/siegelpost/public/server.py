"""Starts Granian for the public port: one worker process, no access log, gone when its parent is gone.

`python -m siegelpost.public.server [PARENT] HOST PORT` does the same as a process of its own; with PARENT, the id of the
process that starts it, it ends when that one does.
"""

import importlib
import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from siegelpost.base.errors import BadInput, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.process import die_with_parent

_THREADS: Final = 32  # answers take microseconds, but a visitor who sends a form slowly holds one; a proxy that buffers belongs in front
_WAITING: Final = 512  # connections that may queue before new ones wait in the kernel
_STOP_SECONDS: Final = 5  # for answers under way


class PortTaken(BadInput):
    """Another program listens there."""

    code = "public.port_taken"
    message = _("The port {port} cannot be used: {reason}.")
    hint = _("Stop the other program, or choose another port with --public-port.")
    nothing = _("Nothing was started.")


def serve_public(host: str, port: int) -> None:
    """Serve public pages, opens and clicks on `host`:`port` until SIGTERM or SIGINT; returns when all is stopped.

    Must be called in the main thread of a process. Raises PortTaken.
    """
    _check_free(host, port)
    server = Server(
        "siegelpost.public.application:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,  # people are counted in the memory of one process (measure.uniques)
        blocking_threads=_THREADS,
        backpressure=_WAITING,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, keep_alive=True),
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
    )
    server.serve(target_loader=partial(_load_in_worker, os.getpid()), wrap_loader=False)


def _load_in_worker(parent: int) -> Any:
    die_with_parent(parent, signal.SIGKILL)  # Granian's workers outlive a killed parent otherwise
    application = importlib.import_module("siegelpost.public.application").application
    Finalize(None, application.close, exitpriority=1)  # a forked child of multiprocessing runs no atexit functions
    return application


def _check_free(host: str, port: int) -> None:
    """Granian shares a port with whoever listens there already (SO_REUSEPORT), so two edges would split the answers."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise PortTaken(port=port, reason=os.strerror(fault.errno) if fault.errno and fault.errno > 0 else type(fault).__name__) from fault


def main(words: Sequence[str]) -> None:
    """Serve as a process of its own, `words` as described above; ends with the exit code of the error, if any."""
    *parent, host, port = words
    if parent:
        die_with_parent(int(parent[0]))
    try:
        serve_public(host, int(port))
    except SiegelpostError as error:
        sys.stderr.write(f"{error.text()}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main(sys.argv[1:])

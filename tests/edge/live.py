"""The public server as a process of its own, on a free port, with the home folder of the tests."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE
from tests.ports import free_port


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Live:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    tls: ssl.SSLContext | None = None

    def ask(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        if self.tls:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=self.tls)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(reached: object, seconds: float = PATIENCE) -> bool:
    """Ask `reached()` until it is true or time is up."""
    assert callable(reached)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def live(folder: Path, *, module: str = "siegelpost.public.server", tls: ssl.SSLContext | None = None, **environ: str) -> Iterator[Live]:
    """Start the server and stop it; its output goes to a file in `folder`. With `tls` it is asked by https."""
    port, log = free_port(), folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "127.0.0.1", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environ},
        )
    try:
        assert wait_until(lambda: listens(port) or process.poll() is not None), log.read_text()
        assert process.poll() is None, log.read_text()
        yield Live(port, process, log, tls)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)

"""Programs of the machine that the bench measures with, started and stopped here."""

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _

OPENSSL_SECONDS = 3


class ToolMissing(Refused):
    """A program that the measurement needs is not installed."""

    code = "bench.tool_missing"
    message = _("The program {tool} is not installed.")
    hint = _("Install the package {package} (Debian, Ubuntu); only the program is needed, no running service.")
    nothing = _("Nothing was measured.")


def need(tool: str, package: str) -> str:
    """Return the path of a program. Raises ToolMissing."""
    found = shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise ToolMissing(tool=tool, package=package)
    return found


def rsa_per_second(cores: int) -> float:
    """RSA-2048 signatures per second of the whole machine, as `openssl speed` measures them."""
    command = [need("openssl", "openssl"), "speed", "-seconds", str(OPENSSL_SECONDS), "-multi", str(cores), "rsa2048"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)", text)
    if found is None:
        raise ToolMissing(tool="openssl speed", package="openssl")
    return float(found[1])


def free_port() -> int:
    """A port on the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_sink(folder: Path) -> Iterator[int]:
    """Postfix's sink on a free port, for as long as the block lasts; gives the port."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    process = subprocess.Popen([need("smtp-sink", "postfix"), *user, f"127.0.0.1:{port}", "1000"], cwd=folder)
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise ToolMissing(tool="smtp-sink", package="postfix")


def port_or_free(wanted: int) -> int:
    """`wanted` or the next port that nobody uses. It may be bound much later, so it is none that the system lends to clients."""
    return next((port for port in range(wanted, wanted + 20) if _is_free(port)), 0) or free_port()


def _is_free(port: int) -> bool:
    """Whether nobody listens there; "localhost" may mean either family, so both must be free."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                return False
    return True

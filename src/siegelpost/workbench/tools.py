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


def source_per_second(port: int, messages: int) -> float:
    """Messages of 12,000 bytes that Postfix's own load generator carries into a sink on the loopback, over 20 open connections."""
    command = [need("smtp-source", "postfix"), "-d", "-s", "20", "-l", "12000", "-m", str(messages)]
    command += ["-f", "source@example.org", "-t", "sink@example.org", f"127.0.0.1:{port}"]
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return messages / (time.perf_counter() - started)


def free_port() -> int:
    """A port on the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_sink(folder: Path, *options: str) -> Iterator[int]:
    """Postfix's sink on a free port with `folder` as its working directory, for as long as the block lasts; gives the port."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []  # it refuses to run as root
    process = subprocess.Popen([need("smtp-sink", "postfix"), *user, *options, f"127.0.0.1:{port}", "1000"], cwd=folder)
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait_for(port: int) -> None:
    for _attempt in range(1200):  # a minute: the machine may be busy
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise ToolMissing(tool="smtp-sink", package="postfix")


def hold_port(wanted: int) -> socket.socket:
    """Keep `wanted`, the next port that nobody uses, or any, until the socket is closed; others then see it in use.

    Ports that the system lends to clients are the last choice: one may be gone when it is bound in earnest.
    """
    for port in (*range(wanted, wanted + 20), 0):
        if (held := _listen("127.0.0.1", port)) is not None:
            if _nobody_on_ipv6(port):
                return held
            held.close()
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _listen(host: str, port: int) -> socket.socket | None:
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
        held.listen()
    except OSError as fault:
        held.close()
        if fault.errno == errno.EADDRINUSE:
            return None
        raise
    return held


def _nobody_on_ipv6(port: int) -> bool:
    """ "localhost" may mean either family; where the machine has only one, the other disturbs nobody."""
    try:
        held = _listen("::1", port)
    except OSError:
        return True
    if held is not None:
        held.close()
    return held is not None

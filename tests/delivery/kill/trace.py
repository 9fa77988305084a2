"""Stops a running process at one exact system call, from outside: strace, which a debugger's user knows.

A signal that strace injects arrives when the call begins. SIGKILL ends the process before the kernel does the call;
SIGSTOP lets it be done and nothing more.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.delivery.support import until
from tests.patience import PATIENCE

PROGRAM = "strace"


@cache
def missing() -> str:
    """Say why nothing can be traced here, "" where it can."""
    if shutil.which(PROGRAM) is None:
        return "strace is not installed"
    tried = subprocess.run([PROGRAM, "-qq", "-e", "trace=none", "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {tried.stderr.strip()[-100:]}" if tried.returncode else ""


def words(calls: str, path: Path, sign: str, when: int = 1) -> tuple[str, ...]:
    """Arguments of strace: send `sign` at the `when`-th of these calls that one thread makes on `path`."""
    inject = f"inject={calls}:signal={sign}:when={when}"
    return (PROGRAM, "-f", "-qq", "-o", "/dev/null", "-P", str(path), "-e", f"trace={calls}", "-e", inject)


@contextmanager
def trap(process: int, calls: str, path: Path, sign: str = "SIGKILL", when: int = 1) -> Iterator[None]:
    """Attached to each thread of a running process, until this ends or the process does."""
    tracer = subprocess.Popen([*words(calls, path, sign, when), "-p", str(process)], stdin=subprocess.DEVNULL)
    try:
        threads = Path(f"/proc/{process}/task")
        until(lambda: all(_traced(one / "status") for one in threads.iterdir()), 20, "strace holds each thread")
        yield
    finally:
        tracer.terminate()
        tracer.wait(PATIENCE)


def _traced(status: Path) -> bool:
    try:
        return "\nTracerPid:\t0\n" not in status.read_text(encoding="ascii", errors="replace")
    except OSError:
        return True  # the thread ended meanwhile

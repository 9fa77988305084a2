"""Keeps child processes alive: starts them, starts them again when they die, ends them together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

STOP_SECONDS: Final = 25
"""Longer than a sender takes to finish what is in flight."""
BACK_OFF_MOST: Final = 10.0
"""Seconds; also, who lived longer than this died for a new reason."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Child:
    """One process that should run: `python -m module words…`."""

    name: str
    module: str
    words: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    """In a row, each soon after its start."""


@dataclass(slots=True)
class Family:
    """Several children that live and end together."""

    children: list[Child] = field(default_factory=list)

    def look(self) -> None:
        """Start whoever does not run; one that dies at once waits a little longer each time."""
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                continue
            if child.process is not None and not self._may_start(child):
                continue
            self._start(child)

    def _may_start(self, child: Child) -> bool:
        wait: float = min(0.1 * 2.0**child.deaths, BACK_OFF_MOST)
        return time.monotonic() - child.started_at > wait

    def _start(self, child: Child) -> None:
        if child.process is not None:
            quick = time.monotonic() - child.started_at < BACK_OFF_MOST
            child.deaths = child.deaths + 1 if quick else 0
            log.warning("process.died", name=child.name, code=child.process.returncode)
        child.started_at = time.monotonic()
        child.process = subprocess.Popen([sys.executable, "-m", child.module, *child.words], stdin=subprocess.DEVNULL)

    def end(self) -> None:
        """Ask all to end, wait, then insist."""
        running = [child.process for child in self.children if child.process is not None and child.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def own_pid(words: Sequence[object] = ()) -> tuple[str, ...]:
    """Words for a child that ends with this process."""
    return (str(os.getpid()), *(str(word) for word in words))

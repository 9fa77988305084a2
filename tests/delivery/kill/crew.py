"""Sending processes as the worker starts them, each with a door of the sink; they end with the test's process."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from siegelpost.tenancy.home import home
from tests.delivery.installation import children
from tests.delivery.kill.mother import SENDER, SHARED, Born, mother
from tests.delivery.kill.sink import Sink
from tests.delivery.support import until
from tests.guards.sources import ROOT
from tests.journeys.processes import descendants
from tests.patience import PATIENCE

LANES = 4
WORKER = "siegelpost.flows.worker_process"
Process = subprocess.Popen[bytes] | Born


@dataclass
class Crew:
    """Up to two senders, by number; the one with the number 0 is the one that suffers."""

    sink: Sink
    log: Path
    senders: dict[int, Process] = field(default_factory=dict)
    size: int = 1

    def environ(self, number: int, **more: str) -> dict[str, str]:
        own = {
            "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{self.sink.ports[number]}?tls=off",
            "SIEGELPOST_SENDERS": str(self.size),
            "SIEGELPOST_CONNECTIONS": str(LANES),
            "SIEGELPOST_RETRY_SECONDS": "1",
            "SIEGELPOST_SIGNATURES": "rsa",
            "PYTHONFAULTHANDLER": "1",
        }
        return os.environ | own | more

    def start(
        self, number: int = 0, *, before: tuple[str, ...] = (), module: str = SENDER, words: tuple[str, ...] = (), **more: str
    ) -> Process:
        """A new process, born of one that has loaded everything; loaded from nothing in front of another installation and where
        something stands before its command line.

        before  stands there
        module  what is run, with `words` before its own
        more    is added to its environment
        """
        assert number not in self.senders, "it still runs"
        environ = self.environ(number, **more)
        if not before and all(environ.get(name) == os.environ.get(name) for name in SHARED):
            self.senders[number] = mother().bear(module, (*words, str(mother().pid), str(number)), environ, self.log)
            return self.senders[number]
        command = (*before, sys.executable, "-m", module, *words, str(os.getpid()), str(number))
        with self.log.open("ab") as log:
            self.senders[number] = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self.senders[number]

    def start_worker(self, number: int = 0, place: Path | None = None) -> Process:
        """A worker with a sender of its own, on our home folder or another one."""
        return self.start(number, module=WORKER, SIEGELPOST_SENDERS="1", SIEGELPOST_HOME=str(place or home().root))

    def end(self, number: int = 0) -> None:
        """SIGTERM; it must end in order."""
        self.senders[number].terminate()
        assert self.ended(number) == 0

    def man(self, size: int) -> None:
        """Have as many senders running, those of the last test where they still do."""
        if size != self.size:
            self.kill_all()
            self.size = size
        for number in range(size):
            if number not in self.senders:
                self.start(number)

    def kill(self, number: int = 0) -> None:
        """SIGKILL, to a worker and its senders too."""
        process = self.senders.pop(number)
        family = children(process.pid, "sender_process")
        process.kill()
        process.wait(PATIENCE)
        for child in family:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        until(lambda: all(state_of(child) in ("", "Z") for child in family), 10, "the senders are gone with their worker")

    def ended(self, number: int = 0, seconds: float = PATIENCE) -> int:
        """Wait until it ends by itself; returns its code, negative for a signal. One that does not is killed, or it would haunt others."""
        process = self.senders[number]
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            family = descendants(process.pid)
            process.send_signal(signal.SIGABRT)  # it says where it stands (faulthandler)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            self.kill(number)
            raise AssertionError(f"it does not end, and has these children: {family}; {self.log.read_text()[-6000:]}") from None
        del self.senders[number]
        return code

    def kill_all(self) -> None:
        for number in list(self.senders):
            self.kill(number)

    def signal(self, sign: signal.Signals, number: int = 0) -> None:
        """SIGSTOP returns when it stands still."""
        process = self.senders[number]
        process.send_signal(sign)
        if sign == signal.SIGSTOP:
            until(lambda: state_of(process.pid) == "T", 10, "the sender stands still")

    def pid(self, number: int = 0) -> int:
        return self.senders[number].pid


def state_of(process: int) -> str:
    """One letter of proc(5): R, S, D, T (stopped), t (stopped by a tracer), Z; "" where it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return ""

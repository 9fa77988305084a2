"""Bears sending processes that have loaded everything already: a second of work less for each of four hundred.

A child becomes what `python -m MODULE WORDS…` is: the module runs as `__main__` with its own environment, process id and session, and
with no open file but its standard streams, so with no connection to a database either. How it dies is as always: it is a process.

Reads one JSON line per wish: {module, words, env, log} is answered with the process id, {pid, seconds} with how the child has ended
(its exit code, negative for a signal) or null.
"""

import atexit
import faulthandler
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.guards.sources import ROOT

SENDER = "siegelpost.flows.sender_process"
SHARED = ("SIEGELPOST_HOME", "SIEGELPOST_DATABASE_URL")
"""Django's settings have read these before a child is born."""
FILES = "/proc/self/fd"


class Mother:
    """Ends when its standard input closes, with this process; its children end with it."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid
        atexit.register(self._process.communicate)

    def bear(self, module: str, words: tuple[str, ...], env: dict[str, str], log: Path) -> "Born":
        """A new process; its output is added to `log`."""
        return Born(self, self._ask(module=module, words=words, env=env, log=str(log)))

    def end_of(self, pid: int, seconds: float) -> int | None:
        """Exit code of a child, None where it still runs after so many seconds."""
        code: int | None = self._ask(pid=pid, seconds=seconds)
        return code

    def _ask(self, **wish: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@cache
def mother() -> Mother:
    """The one of this process, started when it is first needed."""
    return Mother()


@dataclass
class Born:
    """A child, by what the tests use of `subprocess.Popen`."""

    mother: Mother
    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        return self._look(0)

    def wait(self, timeout: float) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return code

    def send_signal(self, sign: signal.Signals) -> None:
        """Nothing where it was seen to have ended: its number may be another's."""
        if self.returncode is None:
            os.kill(self.pid, sign)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _look(self, seconds: float) -> int | None:
        if self.returncode is None:
            self.returncode = self.mother.end_of(self.pid, seconds)
        return self.returncode


# what follows runs in the other process


def serve() -> None:
    """One wish a line until standard input closes."""
    faulthandler.enable()
    _load()
    for line in sys.stdin:
        wish = json.loads(line)
        answer = _end_of(wish["pid"], wish["seconds"]) if "pid" in wish else _bear(wish)
        print(json.dumps(answer), flush=True)


def _load() -> None:
    importlib.import_module(SENDER)
    del sys.modules[SENDER]  # each child runs it anew
    django = importlib.import_module("django.conf").settings
    importlib.import_module(f"{django.DATABASES['default']['ENGINE']}.base")
    gc.freeze()  # no child looks through it again, which would copy it


def _bear(wish: dict[str, Any]) -> int:
    assert all(wish["env"].get(name) == os.environ.get(name) for name in SHARED), "another installation"
    opened = [name for name in os.listdir(FILES) if int(name) > 2 and os.path.lexists(f"{FILES}/{name}")]
    assert opened == [], "a child would inherit open files"
    number = os.fork()
    if not number:
        _become(wish)
    return number


def _become(wish: dict[str, Any]) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(wish["env"])
    for number, name, how in ((0, os.devnull, os.O_RDONLY), (1, wish["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)):
        opened = os.open(name, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.dup2(1, 2)
    importlib.import_module("siegelpost.base.settings").process_settings.cache_clear()
    sys.argv = [wish["module"], *wish["words"]]
    runpy.run_module(wish["module"], run_name="__main__", alter_sys=True)
    sys.exit()


def _end_of(pid: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= end:
            return None
        time.sleep(0.005)


if __name__ == "__main__":
    serve()

"""Processes of a journey: commands as people type them, what descends from a process, waits that end and say why."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.patience import patient

ROOT = Path(__file__).resolve().parents[2]


def plain_environ(**more: str) -> dict[str, str]:
    """The environment of a newcomer: nothing of ours in it but `more`; English."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SIEGELPOST_")} | {"LANGUAGE": "en"} | more


def wait_for(reached: Callable[[], bool], what: str, seconds: float = 30.0, alive: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until `reached()`, which takes `seconds` at most on a machine at ease; fails with `what`, at once where `alive` is dead."""
    end = time.monotonic() + patient(seconds)
    while not reached():
        assert time.monotonic() < end, f"{what}: not within {patient(seconds):g} s"
        assert alive is None or alive.poll() is None, f"{what}: the process ended before"
        time.sleep(0.05)


def siegelpost(environ: Mapping[str, str], *words: str, code: int = 0) -> str:
    """Run a command and return what it printed; its exit code must be `code`."""
    done = subprocess.run(
        [sys.executable, "-m", "siegelpost.cli", *words],
        env=environ,
        capture_output=True,
        text=True,
        timeout=patient(90),
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code, f"siegelpost {' '.join(words)} ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def descendants(pid: int) -> dict[int, str]:
    """Process id -> command line of everything that descends from `pid`, zombies left out."""
    parents = {child: parent for child in _all_pids() if (parent := _parent_of(child))}
    found: dict[int, str] = {}
    wanted = {pid}
    while wanted:
        wanted = {child for child, parent in parents.items() if parent in wanted and child not in found}
        found |= {child: command_of(child) for child in wanted}
    return found


def command_of(pid: int) -> str:
    """Command line of a process, "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def still_there(family: Mapping[int, str]) -> dict[int, str]:
    """Those of `family` that run yet; a number that another program got meanwhile does not count."""
    return {pid: command for pid, command in family.items() if command and command_of(pid) == command and _parent_of(pid)}


def running_below(folder: Path) -> dict[int, str]:
    """Processes whose command line or environment names `folder`."""
    found = {}
    for pid in _all_pids():
        try:
            said = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in said and pid != os.getpid() and _parent_of(pid):
            found[pid] = command_of(pid)
    return found


def kill_rest(family: Mapping[int, str]) -> None:
    """End what a failed test left behind, by its number."""
    for pid in still_there(family):
        assert pid > 1, "0 and 1 mean others"
        os.kill(pid, signal.SIGKILL)


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent_of(pid: int) -> int:
    """Number of its parent; 0 for a process that is gone or only waits to be buried."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return 0
    return 0 if state in "ZX" else int(parent)

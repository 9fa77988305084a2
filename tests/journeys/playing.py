"""Runs the demo as `make demo SERVE=0` does, in a folder beside the checkout, and keeps what was seen meanwhile."""

import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.journeys.processes import ROOT, plain_environ, running_below, wait_for

DEMO_SECONDS = 240
USUAL_PORTS = (8001, 8025)


@dataclass(frozen=True)
class Result:
    """One run.

    folder     var/demo of this run
    code       exit code
    said       standard output and error
    refused    exit code and words of a second demo that was started meanwhile, (0, "") for none
    seen       lines of spool and journal files that lay in the home folder for a while, by folder name
    left       command lines of processes that were there after the end
    """

    folder: str
    code: int
    said: str
    summary: str
    refused: tuple[int, str]
    seen: dict[str, list[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Played:
    """Both runs."""

    first: Result
    second: Result

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        return cls(Result(**data["first"]), Result(**data["second"]))


def checkout(folder: Path) -> Path:
    """A folder that looks like a checkout to the demo; what it writes stays in it."""
    folder.mkdir()
    for name in ("examples", "tools"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def command() -> list[str]:
    return [sys.executable, "-m", "siegelpost.workbench.demo", "--no-serve"]


def play_twice(folder: Path) -> Played:
    """The first run in German on the usual ports, if they are free; the second in English while they are in use."""
    checkout(folder)
    first = _play(folder, rival=True, LANGUAGE="de")
    with ExitStack() as held:
        for port in USUAL_PORTS:
            held.enter_context(_occupied(port))
        return Played(first, _play(folder, rival=False, LANGUAGE="en"))


def _play(folder: Path, *, rival: bool, **environ: str) -> Result:
    demo = folder / "var" / "demo"
    watcher = Watcher(demo / "home")
    process = subprocess.Popen(
        command(), cwd=folder, env=plain_environ(**environ), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    with watcher:
        try:
            meanwhile = _second_demo(folder, process) if rival else (0, "")
            said = process.communicate(timeout=DEMO_SECONDS)[0].decode()
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate()
    summary = demo / "summary.json"
    left = sorted(running_below(folder).values())
    return Result(str(demo), process.returncode, said, summary.read_text() if summary.exists() else "", meanwhile, watcher.seen(), left)


def _second_demo(folder: Path, first: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Start another demo as soon as the first has made its folder, which must not be there from an earlier run."""
    wait_for((folder / "var" / "demo" / "home" / "keys").exists, "the demo begins", 60, alive=first)
    other = subprocess.run(command(), cwd=folder, env=plain_environ(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return other.returncode, other.stdout + other.stderr


class Watcher:
    """Reads the files that come and go while the demo runs: spool and journals are empty again at its end."""

    FOLDERS = ("spool", "journals")

    def __init__(self, home: Path) -> None:
        self._home, self._contents, self._stop = home, dict[Path, bytes](), threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def seen(self) -> dict[str, list[str]]:
        """The lines, each file at its longest."""
        return {
            name: sorted({line for path, content in self._contents.items() if path.parent.name == name for line in _lines(content)})
            for name in self.FOLDERS
        }

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            for path in [path for name in self.FOLDERS for path in (self._home / name).glob("*")]:
                try:
                    content = path.read_bytes()
                except OSError:
                    continue
                if len(content) > len(self._contents.get(path, b"")):
                    self._contents[path] = content


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "backslashreplace").splitlines()


def _occupied(port: int) -> socket.socket:
    """Somebody else's program on a port; where one is there already, it does as well."""
    other = socket.socket()
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        other.bind(("127.0.0.1", port))
        other.listen()
    except OSError:
        pass
    return other

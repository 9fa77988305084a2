"""Runs the demo in a folder beside the checkout, once as `make demo SERVE=0`, once until Ctrl-C, and keeps what was seen meanwhile."""

import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.journeys.processes import ROOT, plain_environ, running_below, wait_for
from tests.patience import PATIENCE

DEMO_SECONDS = 1200
USUAL_PORTS = (8001, 8025, 8000)


@dataclass(frozen=True)
class Result:
    """One run.

    folder     var/demo of this run
    code       exit code
    said       standard output and error
    refused    exit code and words of a second demo that was started meanwhile, (0, "") for none
    seen       lines of spool and journal files that lay in the home folder for a while, by folder name
    left       command lines of processes that were there after the end
    pages      what somebody saw who logged in by the printed link: address -> HTML; none where it did not stay
    """

    folder: str
    code: int
    said: str
    summary: str
    refused: tuple[int, str]
    seen: dict[str, list[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)


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


def command(*, stays: bool = False) -> list[str]:
    return [sys.executable, "-m", "siegelpost.workbench.demo", *([] if stays else ["--no-serve"])]


def play_twice(folder: Path) -> Played:
    """The first run in German on the usual ports, if they are free; the second in English while they are in use, until Ctrl-C."""
    checkout(folder)
    first = _play(folder, rival=True, stays=False, LANGUAGE="de")
    with ExitStack() as held:
        for port in USUAL_PORTS:
            held.enter_context(_occupied(port))
        return Played(first, _play(folder, rival=False, stays=True, LANGUAGE="en"))


def _play(folder: Path, *, rival: bool, stays: bool, **environ: str) -> Result:
    demo = folder / "var" / "demo"
    watcher = Watcher(demo / "home")
    process = subprocess.Popen(
        command(stays=stays),
        cwd=folder,
        env=plain_environ(**environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_heeds_ctrl_c,
    )
    with watcher:
        try:
            meanwhile = _second_demo(folder, process) if rival else (0, "")
            said, pages = _visited(process) if stays else (_heard(process), {})
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate()
    summary = demo / "summary.json"
    left = sorted(running_below(folder).values())
    return Result(
        str(demo), process.returncode, said, summary.read_text() if summary.exists() else "", meanwhile, watcher.seen(), left, pages
    )


def _heeds_ctrl_c() -> None:
    """A shell that runs the tests in the background lets them ignore SIGINT, and whatever they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _heard(process: subprocess.Popen[bytes]) -> str:
    return process.communicate(timeout=DEMO_SECONDS)[0].decode()


def _visited(process: subprocess.Popen[bytes]) -> tuple[str, dict[str, str]]:
    """Read what the demo says; once it invites, log in by its link, look around, and press Ctrl-C."""
    said, pages = "", dict[str, str]()
    watchdog = threading.Timer(DEMO_SECONDS, process.kill)
    watchdog.start()
    try:
        for line in process.stdout or ():
            said += line.decode()
            if "Another login link" in said and not pages:
                link = re.search(r"http\S+/link/\S+", said)
                pages = look_around(link[0] if link else "")
                process.send_signal(signal.SIGINT)
        process.communicate()
    finally:
        watchdog.cancel()
    return said, pages


def look_around(link: str) -> dict[str, str]:
    """Log in as a browser without JavaScript does; returns the start page and the report of the first mailing."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(link, timeout=PATIENCE).read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    browser.open(link, urllib.parse.urlencode(fields).encode(), timeout=PATIENCE).read()
    base = link.partition("/link/")[0]
    start = browser.open(base, timeout=PATIENCE)
    found = {"start": start.read().decode(), "address": start.url}
    report = re.search(r'href="(/t/\w+/mailings/\d+/report)"', found["start"])
    return found | ({"report": browser.open(base + report[1], timeout=PATIENCE).read().decode()} if report else {})


def _second_demo(folder: Path, first: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Start another demo as soon as the first has made its folder, which must not be there from an earlier run."""
    wait_for((folder / "var" / "demo" / "home" / "keys").exists, "the demo begins", 60, alive=first)
    other = subprocess.run(
        command(), cwd=folder, env=plain_environ(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )
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

"""The stage of the demo: free ports, the mail catcher, the serving process and the commands."""

import fcntl
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.workbench.child import leashed
from siegelpost.workbench.tools import hold_port

START_SECONDS: Final = 60.0
SLOW_STEP: Final = 6.0  # seconds: the five of `flows.robots.SLOWEST`, and the part of one that is not counted
STAFF_PORT: Final = 8000
PUBLIC_PORT: Final = 8001
INBOUND_PORT: Final = 8025
SOME_ACTS_FAILED: Final = 5
BOUNCE_DOMAIN: Final = "bounce.werkhof.example"


class StageFailed(SystemExit):
    """Something that the demo needs did not work; it says what and ends with 1."""


class StageTaken(Exception):
    """Another demo plays in this folder."""


class OneAtATime:
    """Keeps a second demo out of a folder for as long as the first one lives: the lock dies with its owner."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            os.close(self._fd)
            raise StageTaken from taken

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


class Stage:
    """Starts what the demo needs and ends it again, whatever happens."""

    def __init__(self, folder: Path, catcher: Path) -> None:
        self.folder, self.caught, self._catcher_program = folder, folder / "mails", catcher
        self._held = [hold_port(port) for port in (STAFF_PORT, PUBLIC_PORT, INBOUND_PORT)]  # until `serve` takes them: others look, too
        self.staff_port, self.public_port, self.inbound_port = (held.getsockname()[1] for held in self._held)
        self.staff_url, self.public_url = (f"http://localhost:{port}" for port in (self.staff_port, self.public_port))
        self._running: list[subprocess.Popen[bytes]] = []
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("SIEGELPOST_")}

    def __enter__(self) -> Self:
        ready = self.folder / "catcher.json"
        self._start([*self._catcher("serve"), "--ready", str(ready), "--smtp-port", "0", "--until-stdin-closes"], stdin=True)
        self._wait(ready.exists, _("The mail catcher did not come up."))
        port = json.loads(ready.read_text(encoding="utf-8"))["smtp_port"]
        self._environ |= {
            "SIEGELPOST_HOME": str(self.folder / "home"),
            "SIEGELPOST_ENVIRONMENT": "test",
            "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{port}?tls=off",
            "SIEGELPOST_STAFF_URL": self.staff_url,
            "SIEGELPOST_PUBLIC_URL": self.public_url,
            "SIEGELPOST_BOUNCE_DOMAIN": BOUNCE_DOMAIN,
        }
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._release_ports()
        for process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()

    def run(self, *words: str, first: int = 0) -> None:
        """Run one command of ours and show it with its output. Ends the demo where it fails.

        first  show so many lines of its output and say how many more there are; 0 shows all
        """
        sys.stdout.write(f"\n$ siegelpost {shlex.join(words)}\n")
        sys.stdout.flush()
        lines = self._output(words, shown=not first).decode().splitlines()
        if first:
            rest = t(_("… ({count} more lines)")).format(count=len(lines) - first)
            sys.stdout.write("\n".join([*lines[:first], rest]) + "\n")

    def json(self, *words: str) -> Any:
        """Run one command of ours with --json and return what it printed."""
        return json.loads(self._output((*words, "--json")))

    def _output(self, words: Sequence[str], *, shown: bool = False) -> bytes:
        """What a command of ours printed; nothing where it is `shown` as it comes."""
        command = leashed([sys.executable, "-m", "siegelpost.cli", *words])
        done = subprocess.run(command, env=self._environ, stdout=None if shown else subprocess.PIPE)
        if done.returncode:
            raise StageFailed(t(_("The command siegelpost {command} ended with {code}.")).format(command=words[0], code=done.returncode))
        return done.stdout or b""

    def serve(self) -> None:
        """Start `siegelpost serve` and wait until its pages answer, the public and the staff's."""
        ports = ["--port", str(self.staff_port), "--public-port", str(self.public_port), "--inbound-port", str(self.inbound_port)]
        self._release_ports()
        self._start([sys.executable, "-m", "siegelpost.cli", "serve", *ports])
        self._wait(lambda: _answers(f"{self.public_url}/o/none.gif"), _("The public pages did not come up."))
        self._wait(lambda: _answers(f"{self.staff_url}/healthz"), _("The staff's pages did not come up."))

    def _release_ports(self) -> None:
        while self._held:
            self._held.pop().close()

    def play_recipients(self) -> dict[str, int]:
        """Let the catcher's people act, then return what it counts from its files."""
        acts = [*self._catcher("play"), "--inbound-port", str(self.inbound_port)]
        if subprocess.run(leashed(acts), env=self._environ, stdout=subprocess.DEVNULL).returncode not in (0, SOME_ACTS_FAILED):
            raise StageFailed(t(_("The recipients could not be played.")))
        counts = subprocess.run(leashed([*self._catcher("counts"), "--json"]), env=self._environ, check=True, stdout=subprocess.PIPE)
        found: dict[str, int] = json.loads(counts.stdout)
        return found

    def sign_up(self, page: str, address: str) -> None:
        """Fill in a sign-up form as a browser without JavaScript does, one step more, then follow the link of the confirmation mail."""
        more = _post(page, {**_hidden(_get(page)), "email": address, "agreed": "1"})
        time.sleep(SLOW_STEP)
        _post(page, _hidden(more))
        link = ""

        def arrived() -> bool:
            nonlocal link
            link = next((found[0] for mail in self.caught.rglob("*.eml") if (found := re.findall(r"http\S+/s/[\w-]+", _text(mail)))), "")
            return bool(link)

        self._wait(arrived, _("The confirmation mail did not arrive."))
        _post(link, {})

    def personal_pages(self) -> dict[str, str]:
        """Addresses of one recipient's own pages, by their first letter, as they stand in a caught mail: w, p and u."""
        mail = next(path for path in sorted(self.caught.rglob("*.eml")) if "/w/" in _text(path))
        return {kind: url for url, kind in re.findall(r"(http\S+/([wpu])/[\w-]+)", _text(mail))}

    def wait(self) -> None:
        """Until Ctrl-C, or until something that should run does not."""
        while all(process.poll() is None for process in self._running):
            time.sleep(1)

    def _catcher(self, verb: str) -> list[str]:
        return [sys.executable, str(self._catcher_program), verb, "--folder", str(self.caught)]

    def _start(self, command: list[str], *, stdin: bool = False) -> None:
        with (self.folder / "processes.log").open("ab") as log:
            pipe = subprocess.PIPE if stdin else subprocess.DEVNULL
            self._running.append(subprocess.Popen(leashed(command), env=self._environ, stdin=pipe, stdout=log, stderr=log))

    def _wait(self, ready: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + START_SECONDS
        while not ready():
            if time.monotonic() > until or any(process.poll() is not None for process in self._running):
                look = t(_("What the processes said is in {file}.")).format(file=self.folder / "processes.log")
                raise StageFailed(f"{t(otherwise)} {look}")
            time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2)  # noqa: S310 - our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def _post(url: str, fields: dict[str, str]) -> str:
    data = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=10) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))


def _text(mail: Path) -> str:
    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""

"""The stage of the demo: free ports, the mail catcher, the serving process and the commands."""

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
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from siegelpost.workbench.tools import free_port, port_or_free

START_SECONDS: Final = 60.0
PUBLIC_PORT: Final = 8001
INBOUND_PORT: Final = 8025


class StageFailed(SystemExit):
    """Something that the demo needs did not work; it says what and ends with 1."""


class Stage:
    """Starts what the demo needs and ends it again, whatever happens."""

    def __init__(self, folder: Path, catcher: Path) -> None:
        self.folder, self.caught, self._catcher_program = folder, folder / "mails", catcher
        self.public_port, self.inbound_port = port_or_free(PUBLIC_PORT), port_or_free(INBOUND_PORT)
        self.public_url = f"http://localhost:{self.public_port}"
        self._running: list[subprocess.Popen[bytes]] = []
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("SIEGELPOST_")}

    def __enter__(self) -> Self:
        ready = self.folder / "catcher.json"
        self._start([*self._catcher("serve"), "--ready", str(ready), "--smtp-port", str(free_port()), "--until-stdin-closes"], stdin=True)
        self._wait(ready.exists, "the mail catcher")
        port = json.loads(ready.read_text(encoding="utf-8"))["smtp_port"]
        self._environ |= {
            "SIEGELPOST_HOME": str(self.folder / "home"),
            "SIEGELPOST_ENVIRONMENT": "test",
            "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{port}?tls=off",
            "SIEGELPOST_PUBLIC_URL": self.public_url,
        }
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()

    def run(self, *words: str) -> None:
        """Run one command of ours and show it with its output. Ends the demo where it fails."""
        sys.stdout.write(f"\n$ siegelpost {shlex.join(words)}\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, "-m", "siegelpost.cli", *words], env=self._environ)
        if done.returncode:
            raise StageFailed(f"siegelpost {words[0]} ended with {done.returncode}")

    def json(self, *words: str, quiet: bool = True) -> Any:
        """Run one command of ours with --json and return what it printed."""
        command = [sys.executable, "-m", "siegelpost.cli", *words, "--json"]
        done = subprocess.run(command, env=self._environ, stdout=subprocess.PIPE)
        if done.returncode:
            raise StageFailed(f"siegelpost {words[0]} ended with {done.returncode}")
        return json.loads(done.stdout)

    def serve(self) -> None:
        """Start `siegelpost serve` and wait until its public pages answer."""
        ports = ["--public-port", str(self.public_port), "--inbound-port", str(self.inbound_port)]
        self._start([sys.executable, "-m", "siegelpost.cli", "serve", *ports])
        self._wait(self._answers, "the public pages")

    def play_recipients(self) -> dict[str, int]:
        """Let the catcher's people act, then return what it counts from its files."""
        subprocess.run([*self._catcher("play"), "--inbound-port", str(self.inbound_port)], env=self._environ, check=True)
        counted = subprocess.run([*self._catcher("counts"), "--json"], env=self._environ, check=True, stdout=subprocess.PIPE)
        found: dict[str, int] = json.loads(counted.stdout)
        return found

    def sign_up(self, page: str, address: str) -> None:
        """Fill in a sign-up form as a browser without JavaScript does, then follow the link of the confirmation mail."""
        fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', _get(page)))
        _post(page, {**fields, "email": address, "agreed": "1"})
        link = ""

        def arrived() -> bool:
            nonlocal link
            link = next((found[0] for mail in self.caught.rglob("*.eml") if (found := re.findall(r"http\S+/s/[\w-]+", _text(mail)))), "")
            return bool(link)

        self._wait(arrived, "the confirmation mail")
        _post(link, {})

    def wait(self) -> None:
        """Until Ctrl-C."""
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            sys.stdout.write("\n")

    def _catcher(self, verb: str) -> list[str]:
        return [sys.executable, str(self._catcher_program), verb, "--folder", str(self.caught)]

    def _start(self, command: list[str], *, stdin: bool = False) -> None:
        with (self.folder / "processes.log").open("ab") as log:
            pipe = subprocess.PIPE if stdin else subprocess.DEVNULL
            self._running.append(subprocess.Popen(command, env=self._environ, stdin=pipe, stdout=log, stderr=log))

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.public_url}/o/none.gif", timeout=2)  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _wait(self, ready: Any, what: str) -> None:
        until = time.monotonic() + START_SECONDS
        while not ready():
            if time.monotonic() > until or any(process.poll() is not None for process in self._running):
                raise StageFailed(f"{what} did not come up")
            time.sleep(0.1)


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def _post(url: str, fields: dict[str, str]) -> None:
    data = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=10) as answer:  # noqa: S310 - our own address
        answer.read()


def _text(mail: Path) -> str:
    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""

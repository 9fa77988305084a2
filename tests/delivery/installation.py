"""A real installation in a folder of its own, used from the command line as its operator does."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.shell import run
from tests.patience import PATIENCE

COMMAND = str(Path(sys.executable).with_name("siegelpost"))
SOURCE = "# Hello {{ first_name }}\n\nNews.\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n"


@dataclass
class Installation:
    """Home folder and environment; `relay` is the port of the relay."""

    folder: Path
    relay: int = 9
    more: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SIEGELPOST_", "DJANGO_"))}
        return own | {
            "SIEGELPOST_HOME": str(self.home),
            "SIEGELPOST_ENVIRONMENT": "test",
            "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{self.relay}?tls=off",
            "SIEGELPOST_SENDERS": "2",
            "SIEGELPOST_CONNECTIONS": "4",
            "SIEGELPOST_RETRY_SECONDS": "1",
            "SIEGELPOST_SIGNATURES": "rsa",
            "LANGUAGE": "en",
            **self.more,
        }

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command to its end, a process of its own in the folder."""
        said = run(words, self.environ, self.folder)
        assert said.code == code, f"siegelpost {words[0]} ended with {said.code}: {said.err[-600:]}"
        return said.out

    def json(self, *words: str) -> Any:
        """Run a command and read what it printed."""
        return json.loads(self.run(*words, "--json"))

    def set_up(self, people: int) -> None:
        """Tenant, sender, list and people."""
        self.run("init", "--operator-email", "operator@example.org")
        self.run("tenant", "create", "own", "--name", "Own GmbH", "--imprint", "Own GmbH, Weg 1, 00000 Ort", "--own")
        self.run("sender", "add", "own", "News <news@example.org>", "--unverified-ok")
        self.run("list", "create", "own", "Letter")
        rows = "".join(f"person{n:04d}@example.net,Name{n}\n" for n in range(people))
        (self.folder / "people.csv").write_text(f"email,first_name\n{rows}", encoding="utf-8")
        words = ("--list", "Letter", "--ground", "double opt-in", "--source", "test")
        assert self.json("import", "own", str(self.folder / "people.csv"), *words)["added"] == people
        (self.folder / "news.md").write_text(SOURCE, encoding="utf-8")

    def send(self) -> int:
        """A new mailing to everybody, on its way when this returns."""
        words = ("--subject", "News for {{ first_name }}", "--sender", "News <news@example.org>", "--list", "Letter", "--measure", "off")
        mailing = int(self.json("mailing", "create", "own", "--file", str(self.folder / "news.md"), *words)["id"])
        self.run("mailing", "send", "own", str(mailing))
        return mailing

    def status(self, mailing: int) -> dict[str, Any]:
        """As CONTRACT's `mailing status --json`; the conservation law holds in it."""
        found: dict[str, Any] = self.json("mailing", "status", "own", str(mailing))
        parts = ("due", "claimed", "sent", "retry", "bounced", "blocked", "withdrawn", "expired", "unsure", "cancelled")
        assert found["audience"] == sum(found["excluded"].values()) + sum(found[part] for part in parts), found
        return found

    def cancel_the_rest(self) -> None:
        """End every mailing that was launched and has not ended."""
        with sqlite3.connect(self.home / "tenants" / "own" / "tenant.sqlite3", timeout=PATIENCE) as data:
            left = data.execute("SELECT id FROM mailings_mailing WHERE state IN ('preparing', 'sending', 'paused')").fetchall()
        data.close()
        for (mailing,) in left:
            self.run("mailing", "cancel", "own", str(mailing))

    def count(self, mailing: int, *states: str) -> int:
        """Rows in these states, read past the product."""
        marks = ",".join("?" * len(states))
        with sqlite3.connect(self.home / "tenants" / "own" / "tenant.sqlite3", timeout=PATIENCE) as data:
            query = f"SELECT COUNT(*) FROM delivery_delivery WHERE mailing_id = ? AND state IN ({marks})"
            found = data.execute(query, [mailing, *states]).fetchone()[0]
        data.close()
        return int(found)

    def state(self, mailing: int) -> tuple[str, str]:
        """State of the mailing and why it is paused, read past the product."""
        with sqlite3.connect(self.home / "tenants" / "own" / "tenant.sqlite3", timeout=PATIENCE) as data:
            found = data.execute("SELECT state, pause_reason FROM mailings_mailing WHERE id = ?", [mailing]).fetchone()
        data.close()
        return found[0], found[1]

    def recipients(self, mailing: int) -> dict[str, str]:
        """State by address, from the exported file; fails where somebody stands in it twice."""
        file = self.folder / f"recipients-{mailing}.csv"
        self.run("mailing", "recipients", "own", str(mailing), "--csv", str(file))
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        found = {row["email"]: row["state"] for row in rows}
        assert len(found) == len(rows), "somebody is listed twice"
        return found


@contextmanager
def running(place: Installation, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A long-running command in a process group of its own, which is killed at the end if it still runs."""
    with (place.folder / "log").open("ab") as log:
        process = subprocess.Popen([COMMAND, *words], env=place.environ, start_new_session=True, stdout=log, stderr=log)
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL the process and all its children at once, and wait until all are gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    end = time.monotonic() + PATIENCE
    while group_of(process.pid):
        assert time.monotonic() < end, "processes outlive SIGKILL"
        time.sleep(0.02)


def group_of(group: int) -> list[int]:
    """Processes of a group that still run (zombies do not)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[2]) == group and rest[0] != "Z":
            found.append(int(path.parent.name))
    return found


def children(parent: int, word: str) -> list[int]:
    """Children of a process whose command line holds `word`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            if int(rest[1]) == parent and rest[0] != "Z" and word in (path.parent / "cmdline").read_text(errors="replace"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found

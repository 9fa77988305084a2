"""The command as a process of its own in a data folder of its own, as people and scripts run it."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import LifoQueue
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("siegelpost"))
ROOT = Path(__file__).resolve().parent.parent.parent
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Said:
    """What one command answered."""

    words: tuple[str | bytes, ...]
    code: int
    out: str
    err: str

    @property
    def error(self) -> dict[str, str]:
        """The error of a command with --json: the last line of standard error."""
        found: dict[str, str] = json.loads(self.err.splitlines()[-1])["error"]
        return found

    @property
    def data(self) -> Any:
        """The one JSON document of standard output."""
        assert self.code == 0, self
        return self.document

    @property
    def document(self) -> Any:
        """The same, of a command that may say that something is wrong."""
        return json.loads(self.out)


class Nurse:
    """One `nursery`, started when it is first needed; it ends when its standard input closes, with this process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, order: dict[str, Any]) -> int:
        """Run one command to its end and return its exit code."""
        if self._process is None:
            words = [sys.executable, "-m", "tests.cli.nursery"]
            self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            atexit.register(self._process.communicate)
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


NURSES: "LifoQueue[Nurse]" = LifoQueue()
"""Who comes after the other is served by the same one: the second is started where two commands run at once."""
for _number in range(AT_ONCE):
    NURSES.put(Nurse())


def run(words: Sequence[str | bytes | Path], variables: dict[str, str], folder: Path) -> Said:
    """Run one command in a folder, with these variables alone."""
    typed = tuple(str(word) if isinstance(word, Path) else word for word in words)
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place) / "out", Path(place) / "err"
        order = {
            "words": [os.fsencode(word).hex() for word in typed],
            "env": variables,
            "folder": str(folder),
            "out": str(out),
            "err": str(err),
        }
        nurse = NURSES.get()
        try:
            code = nurse.run(order)
        finally:
            NURSES.put(nurse)
        return Said(typed, code, out.read_text(errors="replace"), err.read_text(errors="replace"))


@dataclass(frozen=True)
class Shell:
    """Runs commands against one data folder."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str | bytes | Path, **more: str) -> Said:
        """Run one command; `more` are further variables of the environment."""
        return run(words, self.variables(**more), self.home.parent)

    def process(self, *words: str, **streams: Any) -> "subprocess.Popen[str]":
        """The installed program, for what is about streams and signals."""
        return subprocess.Popen([PROGRAM, *words], env=self.variables(), cwd=self.home.parent, text=True, **streams)

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of the command: nothing of ours but what a test names."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SIEGELPOST_", "DJANGO_"))}
        ours = {"SIEGELPOST_HOME": str(self.home), "SIEGELPOST_ENVIRONMENT": "test", "SIEGELPOST_RELAY_URL": "smtp://127.0.0.1:9?tls=off"}
        return {**kept, **ours, "LANGUAGE": "en", **self.environment, **more}

    def json(self, *words: str | bytes | Path, **more: str) -> Any:
        """Run one command with --json and return its document."""
        return self(*words, "--json", **more).data

    def all(self, lines: Sequence[Sequence[str | bytes | Path]]) -> list[Said]:
        """Run several commands, two at a time; answers in the order of the lines."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda line: self(*line), lines))


def furnished(home: Path) -> Shell:
    """A data folder with an own tenant (a list, a sender, a draft) and another controller's tenant."""
    shell = Shell(home)
    assert shell("init").code == 0
    shell.json("tenant", "create", "own", "--name", "Own GmbH", "--imprint", "Own GmbH, Weg 1", "--own", "--language", "en")
    shell.json("tenant", "create", "other", "--name", "Other GmbH")
    shell.json("list", "create", "own", "News")
    shell.json("sender", "add", "own", "News <news@example.org>", "--unverified-ok")
    text = home.parent / "letter.md"
    text.write_text("# Hello {{ first_name }}\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n", encoding="utf-8")
    shell.json("mailing", "create", "own", "--file", text, "--subject", "May", "--sender", "News <news@example.org>", "--list", "News")
    return shell


def copy_of(shell: Shell, folder: Path) -> Shell:
    """A data folder of a test's own."""
    shutil.copytree(shell.home.parent, folder, dirs_exist_ok=True)
    return Shell(folder / shell.home.name)

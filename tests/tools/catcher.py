"""Starts the mail catcher as the program that it is, and talks to it."""

import json
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "mailcatcher"


@dataclass(frozen=True)
class Running:
    folder: Path
    port: int

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="test.example", timeout=PATIENCE)

    def counts(self) -> dict[str, Any]:
        return tell("counts", "--folder", str(self.folder), "--json")

    def envelopes(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_bytes()) for path in sorted(self.folder.glob("messages/*/*.json"))]

    def contents(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.glob("messages/*/*.eml"))]


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    """A catcher on any free port; it ends when its standard input closes."""
    ready = folder.with_suffix(".ready.json")
    ready.unlink(missing_ok=True)
    command = [
        sys.executable,
        str(PROGRAM),
        "--folder",
        str(folder),
        "--smtp-port",
        "0",
        "--ready",
        str(ready),
        "--until-stdin-closes",
        *options,
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    try:
        end = time.monotonic() + PATIENCE
        while not ready.exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        yield Running(folder, json.loads(ready.read_bytes())["smtp_port"])
    finally:
        process.stdin.close()
        assert process.wait(timeout=PATIENCE) == 0


def tell(*arguments: str, code: int = 0) -> dict[str, Any]:
    """Run a command of the catcher and return what it printed as JSON."""
    done = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == code, done.stderr
    return dict(json.loads(done.stdout)) if done.stdout.startswith("{") else {"error": done.stderr}


def mailing(recipient: str, *, web: str = "http://127.0.0.1:9", signed: bool = True, one_click: bool = True) -> bytes:
    """A message as a mailing system writes it; nothing in it is signed in truth."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "News <news@sender.example>", recipient, "Hello"
    message["Message-ID"] = f"<{recipient.replace('@', '.')}@sender.example>"
    message["List-Unsubscribe"] = f"<{web}/u/{recipient}>, <mailto:leave+{recipient.split('@')[0]}@in.example?subject=out>"
    if one_click:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-CSA-Complaints"] = "complaints@in.example"
    message.set_content("Hello\n.\n.. dots at the beginning\n")
    message.add_alternative(
        f'<p><a href="{web}/c/abc">read</a> <a href="{web}/u/x">leave</a><img src="{web}/o/abc.gif"></p>', subtype="html"
    )
    message.set_boundary("between-the-parts")
    signature = b"DKIM-Signature: v=1; a=rsa-sha256; h=From:To:List-Unsubscribe:\r\n List-Unsubscribe-Post; b=AAAA\r\n"
    return (signature if signed else b"") + message.as_bytes()


def deliver(catcher: Running, recipients: list[str], **parts: Any) -> None:
    """Send each of `recipients` one mailing with an envelope sender of its own."""
    with catcher.client() as smtp:
        for number, recipient in enumerate(recipients):
            assert smtp.sendmail(f"b+{number}@bounce.example", [recipient], mailing(recipient, **parts)) == {}

"""`siegelpost serve` as a process, the commands beside it, and a stranger who asks over a real socket."""

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.journeys.processes import listens, wait_for
from tests.patience import PATIENCE


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request without cookies that follows no redirect; header names with _ for -."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, {"Host": parts.netloc, **named})
        answer = connection.getresponse()
        assert len({name.lower() for name, _value in answer.getheaders()}) == len(answer.getheaders()), "a header came twice"
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def submit(url: str, fields: list[tuple[str, str]]) -> Answer:
    """Send a form as a browser does."""
    return ask(url, "POST", urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")


def hidden_fields(page: str) -> list[tuple[str, str]]:
    """Names and values of a form's hidden fields."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    return [(re.findall(r'name="([^"]*)"', tag)[0], (re.findall(r'value="([^"]*)"', tag) or [""])[0]) for tag in tags]


def ticked(page: str) -> dict[str, bool]:
    """Number of a list -> whether its box is ticked, on the preferences page."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if 'name="list"' in tag]
    return {re.findall(r'value="(\d+)"', tag)[0]: " checked" in tag for tag in tags}


@contextmanager
def running(environ: Mapping[str, str], log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of ours that runs until the block ends; its output goes to `log`."""
    with log.open("ab") as output:
        command = [sys.executable, "-m", "siegelpost.cli", *words]
        process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"siegelpost {words[0]} does not end: {log.read_text()[-2000:]}") from None


@contextmanager
def serving(environ: Mapping[str, str], log: Path, ports: tuple[int, int], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`siegelpost serve` whose pages and inbound mail answer."""
    public, inbound = ports
    with running(environ, log, "serve", "--public-port", str(public), "--inbound-port", str(inbound), *words) as process:
        wait_for(lambda: listens(public) and listens(inbound), "siegelpost serve answers", 60, alive=process)
        yield process

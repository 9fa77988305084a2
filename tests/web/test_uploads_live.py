"""Uploads over a real socket: of the wrong kind, and of two gigabytes that no disk holds."""

import os
import re
import select
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from itertools import chain, repeat
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from siegelpost.flows.run_import import folder_of
from siegelpost.intake.reads import drafts_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.web.uploads import MOST_BYTES
from tests.edge.live import wait_until
from tests.patience import PATIENCE
from tests.procfs import open_files
from tests.web.browser import Site
from tests.web.uploading import archive
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about the server, not about engines
SECRET: Final = "seven red envelopes, 7"
PAGE: Final = "/t/alpha/imports/new"
PIECE: Final = b"someone@example.org;Ann;Muster\n" * 2_000
TWO_GIGABYTES: Final = 2 * 1024**3
UNREAD: Final = 32 * 1024**2  # what the kernel's buffers of two sockets may take
MOST_GROWTH: Final = 150 * 1024**2


@dataclass
class Said:
    """What the server answered, and how many bytes of the body were sent until then."""

    status: int
    text: str
    sent: int


@dataclass
class Sender:
    """Somebody with a session in the running server."""

    site: Site
    cookie: str
    token: str

    def post(self, path: str, *heads: str, pieces: Iterable[bytes]) -> Said:
        """Send until the server answers or hangs up; the answer must come all the same."""
        first = (f"POST {path} HTTP/1.1", f"Host: localhost:{self.site.port}", f"Cookie: staff={self.cookie}")
        with socket.create_connection(("127.0.0.1", self.site.port), timeout=PATIENCE) as line:
            line.sendall("\r\n".join((*first, "Content-Type: multipart/form-data; boundary=x", *heads, "", "")).encode())
            sent = _pour(line, pieces)
            answer = HTTPResponse(line)
            answer.begin()
            return Said(answer.status, answer.read().decode(), sent)

    def upload(self, content: Sequence[bytes], length: int = 0) -> Said:
        """A file, with its length or another one that it claims to have."""
        body = [self.form(), *content, b"\r\n--x--\r\n"]
        return self.post(PAGE, f"Content-Length: {length or sum(map(len, body))}", pieces=body)

    def form(self) -> bytes:
        """What stands before the content of the file."""
        return (
            f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
            '--x\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
        ).encode()


def _pour(line: socket.socket, pieces: Iterable[bytes]) -> int:
    sent = 0
    for piece in pieces:
        if select.select([line], [], [], 0)[0]:
            break
        try:
            line.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            break
        sent += len(piece)
    return sent


def chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


@dataclass
class Worker:
    """The process that answers, seen from outside."""

    pid: int
    folder: Path

    @classmethod
    def of(cls, site: Site) -> "Worker":
        """The server itself."""
        worker = cls(site.pid, Path(f"/proc/{site.pid}"))
        (worker.folder / "clear_refs").write_text("5")  # proc(5): the peak starts anew
        return worker

    def memory(self, name: str) -> int:
        """Bytes: VmRSS is what it holds, VmHWM the most that it held."""
        found = re.search(rf"{name}:\s+(\d+) kB", (self.folder / "status").read_text())
        assert found, "the worker is gone"
        return int(found[1]) * 1024

    def nameless(self) -> list[str]:
        """Files that it holds open though no folder names them: an upload is one."""
        return [link for link in open_files(self.pid) if "/uploads/" in link]


def left_over() -> list[str]:
    """Files of uploads in the home folder, from which others go while we look."""
    return [
        name for folder, _folders, files in os.walk(home().root) for name in files if Path(folder).name == "uploads" or ".upload" in name
    ]


@contextmanager
def unharmed(sender: Sender) -> Iterator[Worker]:
    """The same process answers afterwards, has not grown, and holds and leaves no file."""
    worker = Worker.of(sender.site)
    before = worker.memory("VmRSS")
    yield worker
    assert worker.memory("VmHWM") - before <= MOST_GROWTH
    assert wait_until(lambda: worker.nameless() == [])
    assert wait_until(lambda: left_over() == []), left_over()
    with socket.create_connection(("127.0.0.1", sender.site.port), timeout=PATIENCE) as line:
        line.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 200 ")
    assert Worker.of(sender.site) == worker


@pytest.fixture
def sender(alpha: TenantDB, site: Site) -> Sender:
    """An editor who logged in as browsers do."""
    person, cookies = colleague(alpha, "editor"), CookieJar()
    person.set_password(SECRET)
    person.save()
    browser = build_opener(HTTPCookieProcessor(cookies))
    browser.addheaders = [("User-Agent", "")]  # as the raw requests below: another browser would be asked for the password

    def token(path: str, sent: dict[str, str] | None = None) -> str:
        page = browser.open(site.url + path, urlencode(sent).encode() if sent else None, timeout=PATIENCE).read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found
        return found[1]

    token("/login", {"login": person.email, "password": SECRET, "csrfmiddlewaretoken": token("/login")})
    last = token(PAGE)
    return Sender(site, next(str(one.value) for one in cookies if one.name == "staff"), last)


@pytest.mark.parametrize("how", ["length", "chunked"])
def test_two_gigabytes_are_refused_unread(alpha: TenantDB, sender: Sender, how: str) -> None:
    for path in (PAGE, "/t/alpha/lists/new", "/login"):
        body = chain([sender.form()], repeat(PIECE, TWO_GIGABYTES // len(PIECE)))
        with unharmed(sender):
            if how == "chunked":
                said = sender.post(path, "Transfer-Encoding: chunked", pieces=chunked(body))
            else:
                said = sender.post(path, f"Content-Length: {TWO_GIGABYTES}", pieces=body)
            assert said.status == 413 and "web.too_large" in said.text and "Nothing was changed." in said.text, path
            assert said.sent < UNREAD, f"{path}: the server went on reading"
    assert drafts_of(alpha) == []


def test_a_file_beyond_the_limit_is_cut_off_and_forgotten(alpha: TenantDB, sender: Sender) -> None:
    content = [PIECE] * (MOST_BYTES // len(PIECE) + 1)
    with unharmed(sender):
        said = sender.upload(content)
        assert said.status == 413 and "siegelpost import" in said.text
    assert drafts_of(alpha) == []


def test_an_upload_that_breaks_off_leaves_nothing(alpha: TenantDB, sender: Sender) -> None:
    with unharmed(sender) as worker, socket.create_connection(("127.0.0.1", sender.site.port), timeout=PATIENCE) as line:
        heads = ("Content-Type: multipart/form-data; boundary=x", "Content-Length: 100000000", f"Cookie: staff={sender.cookie}")
        line.sendall("\r\n".join((f"POST {PAGE} HTTP/1.1", "Host: localhost", *heads, "", "")).encode() + sender.form() + PIECE * 50)
        assert wait_until(lambda: worker.nameless() != []), "nothing was written: this test looks at the wrong place"
    assert drafts_of(alpha) == []


def test_files_of_the_wrong_kind_are_refused_with_the_reason(alpha: TenantDB, sender: Sender) -> None:
    wrong = {
        "no rows": b"", "a picture": b"\x89PNG\r\n\x1a\n" + bytes(64), "a PDF document": b"%PDF-1.7\n" + bytes(range(256)),
        "an Excel workbook": archive("xl/workbook.xml"), "a ZIP archive": archive(), "binary data": bytes(range(256)) * 40,
    }  # fmt: skip
    for says, content in wrong.items():
        with unharmed(sender):
            said = sender.upload([content])
            assert said.status == 422 and says in said.text and 'aria-invalid="true"' in said.text, says
    assert drafts_of(alpha) == [] and not list(folder_of(alpha).glob("imports/*"))

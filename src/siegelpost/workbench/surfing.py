"""A small browser for measurements: cookies, forms with a token, links; one connection, no scripts."""

import re
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HREF = re.compile(r'<a[^>]* href="([^"#]+)"')
POLLED = re.compile(r'hx-get="([^"]+)"')
ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: status, text as it is read, bytes on the wire, milliseconds until the last of them."""

    status: int
    text: str
    size: int
    took: float
    location: str


@dataclass(slots=True)
class Surfer:
    """Somebody at one host."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None

    def get(self, path: str, *, packed: bool = False) -> Answer:
        """Ask for a page; `packed` lets the server compress it."""
        return self._ask("GET", path, None, {"Accept-Encoding": "br, gzip"} if packed else {})

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    def follow(self, path: str) -> Answer:
        """Ask for a page, and for the one that it leads to."""
        answer = self.get(path)
        return self.get(answer.location) if answer.status == 303 else answer

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(values), {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        self._connection = self._connection or HTTPConnection(self.host, self.port, timeout=60)
        begun = time.perf_counter()
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body, {"Cookie": cookie, "Origin": f"http://{self.host}:{self.port}", **headers})
        response = self._connection.getresponse()
        raw = response.read()
        took = (time.perf_counter() - begun) * 1000
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = "" if response.headers.get("Content-Encoding") else raw.decode("utf-8", "replace")
        return Answer(response.status, text, len(raw), took, response.headers.get("Location", ""))


def log_in(surfer: Surfer, link: str) -> None:
    """Use a one-time link."""
    path = urlsplit(link).path
    token = TOKEN.search(surfer.get(path).text)
    surfer.post(path, {"csrfmiddlewaretoken": token[1] if token else ""})


def polled(text: str) -> list[str]:
    """Addresses that a page asks for by itself."""
    return [unescape(each) for each in POLLED.findall(text)]


def links(text: str, below: str) -> list[str]:
    """Addresses on a page that begin with `below`, without what comes after a question mark."""
    found = (urlsplit(unescape(each)).path for each in HREF.findall(text))
    return [each for each in found if each.startswith(below)]

"""Requests as bytes, so that they may be as wrong as somebody wants them."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.patience import PATIENCE

HOST = "Host: localhost"
CLOSE = "Connection: close"


@dataclass(frozen=True)
class Said:
    """Everything that came until the connection ended."""

    text: str

    @property
    def statuses(self) -> list[int]:
        """Of each answer."""
        return [int(part[:3]) for part in self.text.split("HTTP/1.1 ")[1:]]

    @property
    def body(self) -> str:
        """Of the last answer, without spaces around it."""
        return self.text.rpartition("\r\n\r\n")[2].strip()


@contextmanager
def line_to(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        yield line


def say(port: int, request: bytes) -> Said:
    """Send, send no more, and read until the other side ends it."""
    with line_to(port) as line:
        line.sendall(request)
        return Said(read_all(line).decode("latin-1"))


def read_all(line: socket.socket) -> bytes:
    """Until it ends; that it was torn off is an end, too."""
    found = b""
    try:
        while piece := line.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def request(first: str, *heads: str, body: str = "") -> bytes:
    """With the line ends of RFC 9112."""
    return "\r\n".join((first, *heads, "", body)).encode("latin-1")


def chunked(*lines: str) -> str:
    """Of a body; the lines as they are."""
    return "\r\n".join((*lines, ""))


def get(path: str, heads: Sequence[str], host: str = HOST) -> bytes:
    return request(f"GET {path} HTTP/1.1", host, *heads, CLOSE)

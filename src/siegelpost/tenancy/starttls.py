"""A connection on which the next word is TLS: at once, or after SMTP's STARTTLS (RFC 3207)."""

import socket
from typing import Final

MOST: Final = 8_192
"""Bytes of one answer; a mail server that says more is none."""


class NotOffered(OSError):
    """A mail server that speaks in clear alone."""


def connect(host: str, port: int, *, seconds: float, smtp: bool = False) -> socket.socket:
    """Connect; each step takes at most so long. Raises OSError where nobody answers, NotOffered where TLS cannot begin."""
    line = socket.create_connection((host, port), timeout=seconds)
    if smtp:
        try:
            _begin_tls(line)
        except BaseException:
            line.close()
            raise
    return line


def _begin_tls(line: socket.socket) -> None:
    if not _answer(line).startswith(b"220"):
        raise OSError("no greeting")
    line.sendall(b"EHLO scan.invalid\r\n")
    offered = [one[4:].strip().upper() for one in _answer(line).splitlines()]
    if b"STARTTLS" not in offered:
        raise NotOffered
    line.sendall(b"STARTTLS\r\n")
    if not _answer(line).startswith(b"220"):
        raise NotOffered


def _answer(line: socket.socket) -> bytes:
    """All lines of one answer: the last one has a space after its code (RFC 5321 section 4.2.1)."""
    found = b""
    while len(found) < MOST:
        more = line.recv(1024)
        if not more:
            raise ConnectionResetError
        found += more
        if found.endswith(b"\n") and found.splitlines()[-1][3:4] in (b" ", b""):
            return found
    raise OSError("endless answer")

"""Cuts what a server says into replies (RFC 5321 section 4.2, enhanced status codes RFC 2034), with bounds on what is kept."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_LINE: Final = 4096
"""A reply line has at most 512 bytes (RFC 5321 section 4.5.3.1.5); one that never ends is no reply."""
MAX_LINES: Final = 100
"""Lines of one reply that are kept; what a server says beyond them is read and forgotten."""
MAX_BYTES: Final = 262_144
"""Of one reply; then it is one that never ends."""
_ENHANCED: Final = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """Three digits from 200 to 599, the enhanced status ("" where none was sent) and the texts of the lines."""

    code: int
    enhanced: str
    lines: tuple[bytes, ...]

    @property
    def good(self) -> bool:
        """2xx."""
        return self.code < 300

    @property
    def words(self) -> str:
        """All that the server said, in one line."""
        return b" ".join(self.lines).decode("ascii", "replace")


class Nonsense(Exception):
    """The server sends something that is no reply."""


class Replies:
    """Cuts a stream of bytes into replies."""

    __slots__ = ("_lines", "_rest", "_size")

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Reply]:
        """Return the replies that `data` completes. Raises Nonsense."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE:
            raise Nonsense
        found = []
        for line in lines:
            reply = _last_line(line)
            if self._lines or reply is None:
                reply = self._continued(line, reply)
            if reply is not None:
                found.append(reply)
        return found

    def _continued(self, line: bytes, last: Reply | None) -> Reply | None:
        """A line of a reply of several; the reply when it is the last one."""
        self._size += len(line)
        if self._size > MAX_BYTES:
            raise Nonsense
        if len(self._lines) < MAX_LINES:
            self._lines.append(line.rstrip(b"\r")[4:])
        if last is None:
            return None
        whole = Reply(last.code, last.enhanced, tuple(self._lines))
        self._lines, self._size = [], 0
        return whole


@lru_cache(maxsize=256)
def _last_line(line: bytes) -> Reply | None:
    """The reply of one line, None where more lines follow; remembered, since a server says the same all day. Raises Nonsense."""
    line = line.rstrip(b"\r")
    if not 3 <= len(line) <= MAX_LINE or not line[:3].isdigit() or line[3:4] not in (b"", b" ", b"-"):
        raise Nonsense
    if line[0] not in b"2345":
        raise Nonsense  # 200..599, RFC 5321 section 4.2.1; 1xx stands for nothing in SMTP
    if line[3:4] == b"-":
        return None
    enhanced = _ENHANCED.match(line, 4)
    return Reply(int(line[:3]), enhanced[1].decode() if enhanced else "", (line[4:],))

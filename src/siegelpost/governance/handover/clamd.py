"""ClamAV's clamd, asked over its socket. The only file that speaks to it.

Source: clamd(8): commands in the form "zCOMMAND\\0"; INSTREAM takes pieces with their length (4 bytes, network order) in front,
and a length of 0 at the end.
"""

import re
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.governance.handover.errors import ScannerSilent

SECONDS: Final = 60.0
"""For each answer; 50 MB take clamd a few seconds."""
PIECE: Final = 1 << 16
LONGEST: Final = 4_096
FRESH: Final = timedelta(hours=24)
"""Older signatures are no look at today's malware."""
AHEAD: Final = timedelta(hours=24)
"""clamd names no time zone; what lies further in the future is a clock that cannot be trusted."""
_VERSION: Final = re.compile(r"ClamAV (?P<engine>[^/]{1,40})/(?P<number>\d{1,9})/(?P<day>.{10,40})")


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner that can be relied on now: engine and number of its signatures, and when they were made."""

    version: str
    signatures: datetime


def fresh_scanner(place: str, now: datetime) -> Scanner:
    """What answers at `place` (path of a socket, or host:port), if its signatures are not older than a day. Raises ScannerSilent."""
    if not place:
        raise ScannerSilent(why=translate(_("none is set up")))
    said = _VERSION.fullmatch(_ask(place, b"zVERSION\0"))
    made = _made(said["day"]) if said else None
    if said is None or made is None:
        raise ScannerSilent(why=translate(_("it does not say how old its signatures are")))
    if not -AHEAD <= now - made <= FRESH:
        raise ScannerSilent(why=translate(_("its signatures are older than 24 hours")))
    return Scanner(f"ClamAV {said['engine']}/{said['number']}", made)


def is_infected(place: str, file: BinaryIO) -> bool:
    """Whether the scanner finds malware in a file, from where it stands on. Raises ScannerSilent where it does not say so clearly."""
    said = _ask(place, b"zINSTREAM\0", _framed(file))
    if said == "stream: OK":
        return False
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return True
    raise ScannerSilent(why=translate(_("it did not scan the file")))


def _made(day: str) -> datetime | None:
    """`Mon Nov 30 08:25:01 2026`, in the time zone of the machine."""
    try:
        return datetime.strptime(day, "%a %b %d %H:%M:%S %Y").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _framed(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield struct.pack("!I", len(piece)) + piece
    yield struct.pack("!I", 0)


def _ask(place: str, words: bytes, more: Iterable[bytes] = ()) -> str:
    try:
        with closing(_connected(place)) as line:
            line.settimeout(SECONDS)
            with suppress(BrokenPipeError):  # it has an answer before it has read everything: too large for it
                line.sendall(words)
                for piece in more:
                    line.sendall(piece)
            answer = bytearray()
            while len(answer) < LONGEST and not answer.endswith(b"\0") and (piece := line.recv(LONGEST)):
                answer += piece
    except (OSError, ValueError) as reason:
        raise ScannerSilent(why=translate(_("it cannot be reached"))) from reason
    return answer.rstrip(b"\0\n").decode("ascii", "replace")


def _connected(place: str) -> socket.socket:
    if "/" not in place:
        host, _colon, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SECONDS)
    try:
        line.connect(place)
    except OSError:
        line.close()
        raise
    return line

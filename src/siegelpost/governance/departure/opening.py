"""An export, read again from its beginning to its end while it is decrypted: every member held against the manifest, the log proven. Pure.

Python's own reader of ZIP files jumps about in them; a stream that is being decrypted can only be read on.
Source: APPNOTE.TXT (PKWARE) sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.5.3 (sizes of eight bytes).
"""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Final

from siegelpost.evidence.verify import verify
from siegelpost.governance.departure.archive import MANIFEST, SUMS
from siegelpost.governance.departure.errors import ExportDamaged

LOCAL: Final = b"PK\x03\x04"
DESCRIPTOR: Final = struct.Struct("<4sLQQ")
HEADER: Final = struct.Struct("<4s5H3L2H")
PIECE: Final = 1 << 18
LOG: Final = "evidence/log.jsonl"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was found: the manifest, and how many members and entries of the log fit."""

    manifest: dict[str, Any]
    members: int
    entries: int


class _Stream:
    """Bytes that can be given back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._held = file, b""

    def exactly(self, wanted: int) -> bytes:
        parts, missing = [], wanted
        while missing and (part := self.some(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def some(self, most: int = PIECE) -> bytes:
        found = self._held[:most] or self._file.read(most)
        self._held = self._held[most:]
        return found

    def give_back(self, data: bytes) -> None:
        self._held = data + self._held


def read_members(file: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and bytes of each member; each must be read to its end before the next. Raises ExportDamaged."""
    stream = _Stream(file)
    while (head := stream.exactly(4)) == LOCAL:
        _sig, _version, flags, method, *_rest, name_length, more = HEADER.unpack(head + stream.exactly(HEADER.size - 4))
        name = stream.exactly(name_length).decode()
        stream.exactly(more)
        if method != zlib.DEFLATED or not flags & 8:
            raise ExportDamaged(what=name)
        yield name, _inflated(stream, name)
    if head[:2] != b"PK":
        raise ExportDamaged(what="ZIP")
    while stream.some():  # to the end: only there has the encryption vouched for all of it
        pass


def _inflated(stream: _Stream, name: str) -> Iterator[bytes]:
    inflate, size, crc = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
    try:
        while not inflate.eof:
            piece = stream.some()
            if not piece:
                raise ExportDamaged(what=name)
            clear = inflate.decompress(piece)
            size, crc = size + len(clear), zlib.crc32(clear, crc)
            yield clear
    except zlib.error as reason:
        raise ExportDamaged(what=name) from reason
    stream.give_back(inflate.unused_data)
    _sig, said, _packed, length = DESCRIPTOR.unpack(stream.exactly(DESCRIPTOR.size))
    if (said, length) != (crc, size):
        raise ExportDamaged(what=name)


def look_through(file: BinaryIO) -> Opened:
    """Read an export in clear to its end. Raises ExportDamaged: a member missing, changed or too many, or a log that proves nothing."""
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    entries = 0
    for name, pieces in read_members(file):
        counted = _Counted(pieces)
        if name == MANIFEST:
            manifest = json.loads(b"".join(counted))
        elif name == LOG:
            entries = _proven(counted)
        for _piece in counted:
            pass
        found[name] = {"sha256": counted.digest.hexdigest(), "bytes": counted.size, "lines": counted.lines}
    _compare(manifest, found)
    return Opened(manifest, len(found), entries)


class _Counted:
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self.digest, self.size, self.lines = pieces, sha256(), 0, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.digest.update(piece)
            self.size += len(piece)
            self.lines += piece.count(b"\n")
            yield piece


def _proven(pieces: _Counted) -> int:
    verdict = verify(_lines(pieces), [])
    if verdict.counts:
        raise ExportDamaged(what=LOG)
    return int(verdict.entries)


def _lines(pieces: _Counted) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest


def _compare(manifest: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    said = {one["name"]: one for one in manifest.get("members", [])}
    if set(found) != {*said, MANIFEST, SUMS}:
        raise ExportDamaged(what=MANIFEST)
    for name, one in said.items():
        here = found[name]
        if (one["sha256"], one["bytes"]) != (here["sha256"], here["bytes"]) or one.get("rows", here["lines"]) != here["lines"]:
            raise ExportDamaged(what=name)

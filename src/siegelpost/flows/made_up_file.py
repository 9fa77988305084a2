"""The file in which made-up people travel from a production system to a test system: lines of JSON, signed by who made it. Pure.

The first line says what it is and what fields and lists there are, the last one holds the signature over all lines before it. Whoever
changes a byte, or makes such a file without the key of a production system that the test system was told of, is refused.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO, Final

from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.evidence import notes

MARK: Final = "siegelpost made-up people"
VERSION: Final = 1
WHAT: Final = "made-up-people"
LONGEST: Final = 1_000_000
"""Bytes of a line."""


class NotMadeUp(BadInput):
    """Not such a file, or one that was changed or cut off."""

    code = "testdata.file_wrong"
    message = _("This is no file of made-up people, or it was changed or cut off: an export of real people is never taken.")
    hint = _("Make one on the production system: siegelpost pseudonymise.")
    nothing = _("Nobody was stored.")


class SignerUnknown(Refused):
    """Made by somebody else than who was named."""

    code = "testdata.signer_unknown"
    message = _("The file was signed by another system than the one that was named.")
    hint = _("Take the line that `siegelpost pseudonymise` printed there, and not one that came with the file.")
    nothing = _("Nobody was stored.")


class Writer:
    """Writes such a file, line by line; `end` signs it."""

    def __init__(self, file: BinaryIO, head: dict[str, Any]) -> None:
        self._file, self._hash, self._size = file, sha256(), 0
        self.line({"what": MARK, "version": VERSION, **head})

    def line(self, values: dict[str, Any]) -> None:
        """One more."""
        data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)

    def end(self, origin: str, seed: bytes, at: datetime) -> str:
        """Sign; returns the line by which others know the signer."""
        note = notes.Note(f"{origin}/{WHAT}", self._size, self._hash.digest(), at)
        signer = notes.verifier(note.origin, notes.public_key(seed))
        self._file.write(json.dumps({"signer": signer, "signature": notes.sign(note, seed)}).encode() + b"\n")
        return signer


def check(file: BinaryIO, signer: str) -> None:
    """Read it to its end. Raises NotMadeUp; SignerUnknown where another one than `signer` signed it."""
    hashed, size, last = sha256(), 0, b""
    for line in _lines(file):
        if last:
            hashed.update(last)
            size += len(last)
        last = line
    try:
        said = json.loads(last)
        key = notes.read_verifier(str(said["signer"]))[1]
        note = notes.opened(str(said["signature"]), key)
    except (ValueError, LookupError, TypeError, notes.NoteDamaged) as reason:
        raise NotMadeUp from reason
    if (note.size, note.root) != (size, hashed.digest()) or not note.origin.endswith(f"/{WHAT}"):
        raise NotMadeUp
    if str(said["signer"]) != signer.strip():
        raise SignerUnknown


def content(file: BinaryIO) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Head and people of a file that was checked."""
    lines = _lines(file)
    head = _parsed(next(lines, b""))
    if head.get("what") != MARK or head.get("version") != VERSION:
        raise NotMadeUp
    return head, _people(lines)


def _people(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        found = _parsed(line)
        if "signature" in found:
            return
        yield found


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST):
        if not line.endswith(b"\n"):
            raise NotMadeUp
        yield line


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as reason:
        raise NotMadeUp from reason
    if not isinstance(found, dict):
        raise NotMadeUp
    return found

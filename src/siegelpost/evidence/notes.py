"""Signed checkpoints: how long a log is and what hash stands for it, as a text that a person can keep. Pure.

Source: C2SP signed-note (Ed25519, signature type 1) and tlog-checkpoint. After origin, size and root stands one line of our own,
the time: other readers of checkpoints pass over it.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from siegelpost.evidence.merkle import HASH_BYTES

_ED25519: Final = b"\x01"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_SIGNED: Final = "\u2014 "
"""A line with a signature begins with a dash and a space."""


class NoteDamaged(Exception):
    """What was read is no checkpoint that this key signed."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a checkpoint says.

    origin  whose log
    size    entries under it
    root    hash of the tree over them, 32 bytes
    at      when it was signed, by the clock of the signer
    """

    origin: str
    size: int
    root: bytes
    at: datetime

    def body(self) -> str:
        """The text that is signed, each line ended."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.at.isoformat()}\n"


def public_key(seed: bytes) -> bytes:
    """The 32 bytes by which anybody checks what `seed` (32 bytes) signs."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def verifier(origin: str, key: bytes) -> str:
    """A public key (32 bytes) as text: name, number and key, in the form of C2SP signed-note."""
    return f"{origin}+{_key_number(origin, key).hex()}+{base64.b64encode(_ED25519 + key).decode()}"


def read_verifier(text: str) -> tuple[str, bytes]:
    """Origin and public key out of what `verifier` wrote. Raises NoteDamaged."""
    try:
        origin, number, packed = text.split("+", 2)
        key = base64.b64decode(packed, validate=True)
    except ValueError:
        raise NoteDamaged from None
    if key[:1] != _ED25519 or len(key) != 1 + HASH_BYTES or number != _key_number(origin, key[1:]).hex():
        raise NoteDamaged
    return origin, key[1:]


def sign(note: Note, seed: bytes) -> str:
    """The checkpoint as a text: body, empty line, signature."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    number = _key_number(note.origin, key.public_key().public_bytes_raw())
    signature = base64.b64encode(number + key.sign(note.body().encode())).decode()
    return f"{note.body()}\n{_SIGNED}{note.origin} {signature}\n"


def read(text: str) -> Note:
    """What a checkpoint says, unproven. Raises NoteDamaged."""
    return _parse(text)[0]


def opened(text: str, key: bytes) -> Note:
    """What a checkpoint says, if `key` (32 bytes) signed it. Raises NoteDamaged."""
    note, signature = _parse(text)
    if signature[:4] != _key_number(note.origin, key):
        raise NoteDamaged
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], note.body().encode())
    except (InvalidSignature, ValueError):
        raise NoteDamaged from None
    return note


def signer(text: str) -> bytes:
    """Number of the key that a checkpoint names, 4 bytes. Raises NoteDamaged."""
    return _parse(text)[1][:4]


def found_in(text: str) -> list[str]:
    """All checkpoints that stand in a text, such as a mail, whatever stands before and behind each."""
    lines = [line.rstrip() for line in text.splitlines()]
    found = []
    for at, line in enumerate(lines):
        if at < 5 or not line.startswith(_SIGNED) or lines[at - 1]:  # four lines, an empty one, the signature
            continue
        found.append("\n".join([*lines[at - 5 : at - 1], "", line, ""]))
    return found


def _parse(text: str) -> tuple[Note, bytes]:
    lines = text.split("\n")
    if len(lines) != 7 or lines[4] or lines[6] or not lines[5].startswith(f"{_SIGNED}{lines[0]} ") or not _NUMBER.fullmatch(lines[1]):
        raise NoteDamaged
    try:
        root = base64.b64decode(lines[2], validate=True)
        signature = base64.b64decode(lines[5].rpartition(" ")[2], validate=True)
        note = Note(lines[0], int(lines[1]), root, datetime.fromisoformat(lines[3]))
    except (ValueError, binascii.Error):
        raise NoteDamaged from None
    if len(root) != HASH_BYTES or note.body() != "\n".join([*lines[:4], ""]):
        raise NoteDamaged
    return note, signature


def _key_number(origin: str, key: bytes) -> bytes:
    return sha256(origin.encode() + b"\n" + _ED25519 + key).digest()[:4]

"""The file that proves, line by line, each a JSON object: the public key, the checkpoints, the entries in their order. Pure.

An entry is written as canonical JSON (RFC 8785) with a salt; exactly these bytes are its leaf in the tree, so that whoever verifies
hashes what stands there and interprets nothing. The salt keeps the hash of a short entry from saying what it was.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import rfc8785

SALT_BYTES: Final = 16
KEY: Final = "key"
CHECKPOINT: Final = "checkpoint"
STAMP: Final = "stamp"
_HASH: Final = b'{"hash":"'
_HASH_ENDS: Final = len(_HASH) + 44  # 32 bytes in base64
_LEAF: Final = b'","leaf":'
_EXACT: Final = 1 << 53
"""Integers beyond are not exact everywhere (RFC 8785, appendix D)."""
_writer: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class LineDamaged(Exception):
    """A line that no export wrote."""


def entry_line(fields: Mapping[str, Any], salt: bytes) -> bytes:
    """The leaf of an entry. `fields` are numbers, texts, moments and JSON of those; `salt` 16 random bytes."""
    plain = {name: _plain(value) for name, value in fields.items()}
    return canonical({"entry": plain, "salt": base64.b64encode(salt).decode()})


def canonical(value: Any) -> bytes:
    """JSON as RFC 8785 writes it. Raises ValueError for what it knows no form for.

    What entries are made of, Python's own writer puts down in the same way and ten times as fast; numbers with a fraction, very
    large ones and names beyond ASCII (which it sorts otherwise) are left to the library.
    """
    if _simple(value):
        return _writer.encode(value).encode()
    return rfc8785.dumps(value)


def write_leaf(leaf: bytes | None, found: bytes) -> bytes:
    """The line of a leaf with the hash (32 bytes) that is in the log; None where its content is missing."""
    kept = b'"' if leaf is None else _LEAF + leaf
    return _HASH + base64.b64encode(found) + kept + b"}\n"


def read_leaf(line: bytes) -> tuple[bytes | None, bytes]:
    """What `write_leaf` was given. Raises LineDamaged."""
    try:
        found = base64.b64decode(line[len(_HASH) : _HASH_ENDS], validate=True)
    except binascii.Error:
        raise LineDamaged from None
    rest = line[_HASH_ENDS:]
    if len(found) != 32 or not line.startswith(_HASH) or not rest.endswith(b"}\n"):
        raise LineDamaged
    if rest == b'"}\n':
        return None, found
    if not rest.startswith(_LEAF):
        raise LineDamaged
    return rest[len(_LEAF) : -2], found


def write_text(kind: str, text: str) -> bytes:
    """A line that holds a text: KEY, CHECKPOINT or STAMP."""
    return rfc8785.dumps({kind: text}) + b"\n"


def read_text(line: bytes) -> tuple[str, str]:
    """Kind and text of a line that `write_text` wrote, ("", "") of another one: each text is written in one way only."""
    if line.startswith(_HASH):
        return "", ""
    try:
        ((kind, text),) = json.loads(line).items()
        return (kind, text) if write_text(kind, text) == line else ("", "")
    except (ValueError, AttributeError, RecursionError):
        return "", ""


def is_log(head: bytes) -> bool:
    """Whether a file that begins so is read as a log, by us and by whatever reads JSON; a table begins otherwise."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _simple(value: Any) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_EXACT < value < _EXACT)
    if kind is dict:
        return all(type(name) is str and name.isascii() and _simple(one) for name, one in value.items())
    return kind is list and all(map(_simple, value))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value

"""The proof that one entry is in a log, as a text that is kept beside a file and checked without us. Pure.

The form is C2SP tlog-proof: the place, the hashes beside the way to the root, and the checkpoint over that root; the entry itself is
the "extra" line. A checkpoint that is kept elsewhere says whether the one in it is the log's.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from siegelpost.evidence import notes
from siegelpost.evidence.lines import canonical
from siegelpost.evidence.merkle import HASH_BYTES, climb, leaf_hash

SUFFIX: Final = ".proof"
HEAD: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = "index "


class ProofDamaged(Exception):
    """It is no proof, or does not lead to the checkpoint in it, or that was not signed with this key."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry (the bytes of its leaf), its place from 0, the way up, the checkpoint as a text."""

    leaf: bytes
    index: int
    path: Sequence[bytes]
    checkpoint: str


def write_proof(proof: Proof) -> str:
    """The proof as a text."""
    lines = [HEAD, f"{_EXTRA}{base64.b64encode(proof.leaf).decode()}", f"{_INDEX}{proof.index}"]
    return "\n".join([*lines, *(base64.b64encode(one).decode() for one in proof.path), "", proof.checkpoint])


def open_proof(text: str, key: bytes) -> tuple[int, dict[str, Any], notes.Note]:
    """The place of an entry in its log, from 1, the entry, and the checkpoint above it, if `key` signed that. Raises ProofDamaged."""
    proof = _parse(text)
    try:
        note = notes.opened(proof.checkpoint, key)
        root = climb(proof.index, note.size, leaf_hash(proof.leaf), proof.path)
        said = json.loads(proof.leaf)
        entry, only = said["entry"], canonical(said)
    except (notes.NoteDamaged, ValueError, KeyError, TypeError, RecursionError):
        raise ProofDamaged from None
    if root != note.root or not isinstance(entry, dict) or only != proof.leaf:  # a name that stands twice says two things
        raise ProofDamaged
    return proof.index + 1, entry, note


def _parse(text: str) -> Proof:
    head, _empty, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if len(lines) < 3 or lines[0] != HEAD or not lines[1].startswith(_EXTRA) or not lines[2].startswith(_INDEX):
        raise ProofDamaged
    try:
        leaf = base64.b64decode(lines[1].removeprefix(_EXTRA), validate=True)
        path = [base64.b64decode(line, validate=True) for line in lines[3:]]
        proof = Proof(leaf, int(lines[2].removeprefix(_INDEX)), path, checkpoint)
    except (ValueError, binascii.Error):
        raise ProofDamaged from None
    if any(len(one) != HASH_BYTES for one in path) or write_proof(proof) != text:
        raise ProofDamaged
    return proof

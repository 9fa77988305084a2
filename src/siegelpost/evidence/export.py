"""The whole log as a file that proves itself."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.whole_file import whole_file
from siegelpost.evidence import notes
from siegelpost.evidence.errors import EvidenceFileUnusable
from siegelpost.evidence.lines import CHECKPOINT, KEY, STAMP, write_leaf, write_text
from siegelpost.evidence.merkle import inclusion
from siegelpost.evidence.models import Checkpoint, Entry, Leaf
from siegelpost.evidence.proof_file import Proof, open_proof, write_proof
from siegelpost.evidence.seal import line_of, seal
from siegelpost.evidence.services import append
from siegelpost.evidence.stamps import stamps
from siegelpost.tenancy.handle import Logged

EXPORTED: Final = "evidence.exported"
PAGE: Final = 2_000
"""Entries read at a time: no statement stays open while somebody takes his time with the file."""


@dataclass(frozen=True, slots=True)
class Export:
    """A log on its way out.

    entries      how many it holds
    checkpoints  and how many of these
    lines        the file, line by line; can be read once
    """

    entries: int
    checkpoints: int
    lines: Iterator[bytes]


Register = Callable[[int], int]
"""Told in the transaction of the export how many entries go out; returns the number of the outflow in the register."""


def export_log(log: Logged, *, register: Register | None = None, actor: Actor, now: datetime) -> Export:
    """Key, checkpoints and entries of a log as it is now; the export itself is its last entry.

    Raises LogBroken.
    """
    with log.atomic():
        details = {"disclosure": register(log.objects(Entry).count())} if register else {}
        append(log, EXPORTED, details=details, actor=actor, at=now)
    seal(log, now=now)
    return whole_log(log)


def whole_log(log: Logged) -> Export:
    """What is signed so far, without sealing anything; the log needs a checkpoint."""
    signed = list(log.objects(Checkpoint).order_by("size").values_list("size", "note"))
    size, newest = signed[-1]
    return Export(size, len(signed), _lines(log, notes.read(newest).origin, [note for _size, note in signed], size))


def write_log(
    log: Logged,
    path: Path,
    *,
    register: Register | None = None,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Export:
    """Write the log into `path`, readable for its owner only; an existing file is replaced when the new one is complete.

    Raises EvidenceFileUnusable, LogBroken.
    """
    try:
        with whole_file(path) as file:
            export = export_log(log, register=register, actor=actor, now=now)
            for number, line in enumerate(export.lines):
                file.write(line)
                if progress and number % PAGE == 0:
                    progress(number)
    except OSError as reason:
        raise EvidenceFileUnusable(why=reason.strerror or path.name) from reason
    return export


def _lines(log: Logged, origin: str, signed: list[str], size: int) -> Iterator[bytes]:
    yield write_text(KEY, notes.verifier(origin, notes.public_key(log.keys.checkpoints)))
    stamped = stamps(log)
    for note in signed:
        yield write_text(CHECKPOINT, note)
        if answer := stamped.get(notes.read(note).size):
            yield write_text(STAMP, base64.b64encode(answer).decode())
    for start in range(0, size, PAGE):
        leaves = list(log.objects(Leaf).filter(id__gt=start, id__lte=min(start + PAGE, size)).order_by("id"))
        entries = log.objects(Entry).in_bulk([leaf.entry_id for leaf in leaves])
        for leaf in leaves:
            entry = entries.get(leaf.entry_id)
            yield write_leaf(line_of(entry, bytes(leaf.salt)) if entry else None, bytes(leaf.hash))


@dataclass(frozen=True, slots=True)
class Proven:
    """That an entry is in a log: its place from 1, the hash of its leaf in hex, the proof as a text, and the key that signs the log."""

    place: int
    leaf: str
    text: str
    key: str


def proven(log: Logged, entry_id: int, *, now: datetime) -> Proven:
    """As `prove`, for a paper that stands alone. Raises LogBroken."""
    text = prove(log, entry_id, now=now)
    place, _entry, note = open_proof(text, notes.public_key(log.keys.checkpoints))
    leaf = log.objects(Leaf).get(entry_id=entry_id)
    return Proven(place, bytes(leaf.hash).hex(), text, notes.verifier(note.origin, notes.public_key(log.keys.checkpoints)))


def prove(log: Logged, entry_id: int, *, now: datetime) -> str:
    """The proof that an entry is in the log, under a checkpoint of now, as a text. Reads the hash of each leaf once. Raises LogBroken."""
    checkpoint = seal(log, now=now)
    size = notes.read(checkpoint).size
    leaf = log.objects(Leaf).get(entry_id=entry_id)
    line = line_of(log.objects(Entry).get(pk=entry_id), bytes(leaf.salt))
    hashes = log.objects(Leaf).filter(id__lte=size).order_by("id").values_list("hash", flat=True)
    path = inclusion(leaf.id - 1, size, (bytes(one) for one in hashes.iterator(chunk_size=PAGE)))
    return write_proof(Proof(line, leaf.id - 1, path, checkpoint))

"""Proves from a file and old checkpoints alone that a log only grew. Pure: it reads what it is given and asks no database.

Old checkpoints are what makes the proof: whoever owns the database and all keys can write another log, but not one that has the
same hash at the lengths that others keep in their mail.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from itertools import chain
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.evidence import notes
from siegelpost.evidence.lines import CHECKPOINT, KEY, STAMP, LineDamaged, read_leaf, read_text
from siegelpost.evidence.merkle import Tree, leaf_hash

LISTED: Final = 100
"""Faults of one kind that are listed; the others are counted."""
FAULTS: Final = {
    "file": _("Line {line} is damaged."),
    "key": _("The file holds no key, or a damaged one: nothing in it can be trusted."),
    "changed": _("Entry {entry} is not what was logged."),
    "missing": _("Entry {entry} was logged and is gone."),
    "forged": _("A checkpoint over {size} entries was not signed with the key of this log."),
    "rewritten": _("The entries {since} to {size} are not those that were signed on {at}."),
    "cut": _("The log has {entries} entries; on {at} it had {size}."),
    "unsigned": _("The entries after {size} stand under no checkpoint."),
    "other_log": _("A checkpoint belongs to another log: {origin}."),
    "stamp": _("The time stamp of the checkpoint over {size} entries is damaged, or nobody whom you trust signed it."),
    "no_checkpoint": _("Where a checkpoint should be, there is none."),
}
"""Code of a fault -> what it says."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit; `kind` is a key of FAULTS."""

    kind: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Verdict:
    """What was found.

    origin     whose log
    entries    how many there are
    at         of the newest checkpoint in the file
    signed     checkpoints in the file
    witnessed  old checkpoints that agree
    stamps     time stamps in the file, not judged yet: length of the checkpoint, its text, and what the authority answered
    faults     at most LISTED of each kind
    counts     kind of fault -> how many; empty where the log only grew
    """

    origin: str = ""
    entries: int = 0
    at: datetime | None = None
    signed: int = 0
    witnessed: int = 0
    stamps: list[tuple[int, str, bytes]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, **facts: object) -> None:
        """Note a fault."""
        self.counts[kind] += 1
        if self.counts[kind] <= LISTED:
            self.faults.append(Fault(kind, facts))


def verify(lines: Iterable[bytes], old: Iterable[bytes] = ()) -> Verdict:
    """Judge an exported log, line by line, and old checkpoints: each a text of its own or a mail that holds some.

    Needs memory for the checkpoints, not for the entries.
    """
    verdict, numbered = Verdict(), enumerate(lines, 1)
    key, own, rest = _head(verdict, numbered)
    if not key:
        return verdict
    witnesses = list(_witnesses(verdict, old, key))
    claims = sorted([*own, *witnesses], key=lambda one: one.size)
    roots = _roots(verdict, rest, {one.size for one in claims})
    agreed = 0
    for one in claims:
        if one.size > verdict.entries:
            verdict.add("cut", entries=verdict.entries, size=one.size, at=one.at)
        elif roots[one.size] != one.root:
            verdict.add("rewritten", since=agreed + 1, size=one.size, at=one.at)
        else:
            agreed = one.size
    verdict.signed, verdict.at = len(own), own[-1].at if own else None
    verdict.witnessed = sum(roots.get(one.size) == one.root for one in witnesses)
    if not own:
        verdict.add("no_checkpoint")
    elif own[-1].size < verdict.entries:
        verdict.add("unsigned", size=own[-1].size)
    return verdict


def _head(verdict: Verdict, rest: Iterator[tuple[int, bytes]]) -> tuple[bytes, list[notes.Note], Iterator[tuple[int, bytes]]]:
    """Key and checkpoints, which stand first, and the numbered lines after them."""
    own, before = list[notes.Note](), ""
    try:
        kind, text = read_text(next(rest, (1, b""))[1])
        verdict.origin, key = notes.read_verifier(text if kind == KEY else "")
    except notes.NoteDamaged:
        verdict.add("key")
        return b"", own, rest
    for number, line in rest:
        kind, text = read_text(line)
        if kind == STAMP:
            _stamp(verdict, text, own, before)
            continue
        if kind != CHECKPOINT:
            return key, own, chain([(number, line)], rest)
        before, own = text, own + _opened(verdict, text, key)
    return key, own, rest


def _stamp(verdict: Verdict, text: str, own: list[notes.Note], checkpoint: str) -> None:
    """A time stamp stands behind its checkpoint."""
    size = own[-1].size if own else 0
    try:
        verdict.stamps.append((size, checkpoint, base64.b64decode(text, validate=True)))
    except binascii.Error:
        verdict.add("stamp", size=size)


def _witnesses(verdict: Verdict, old: Iterable[bytes], key: bytes) -> Iterator[notes.Note]:
    for file in old:
        found = list(dict.fromkeys(one for text in _texts(file) for one in notes.found_in(text)))
        if not found:
            verdict.add("no_checkpoint")
        # a mail holds that of the operator's log beside the tenant's: one of them is about this log
        ours = [text for text in found if f"{verdict.origin}\n" == text[: len(verdict.origin) + 1]]
        for text in ours or found:
            yield from _opened(verdict, text, key)


def _texts(file: bytes) -> Iterator[str]:
    """The file itself, and what it says where it is a mail."""
    yield file.decode("utf-8", "replace")
    for part in message_from_bytes(file, policy=policy.default).walk():
        if part.get_content_type() == "text/plain":
            try:
                yield part.get_content()
            except (LookupError, ValueError):  # an unknown character set, damaged bytes
                continue


def _opened(verdict: Verdict, text: str, key: bytes) -> list[notes.Note]:
    try:
        note = notes.read(text)
    except notes.NoteDamaged:
        verdict.add("no_checkpoint")
        return []
    if note.origin != verdict.origin:
        verdict.add("other_log", origin=note.origin)
        return []
    try:
        return [notes.opened(text, key)]
    except notes.NoteDamaged:
        verdict.add("forged", size=note.size)
        return []


def _roots(verdict: Verdict, rest: Iterator[tuple[int, bytes]], sizes: set[int]) -> dict[int, bytes]:
    """Hashes of the log at the lengths that are asked for; notes what is wrong with single entries."""
    tree, roots = Tree(), {0: Tree().root()}
    for number, line in rest:
        try:
            leaf, found = read_leaf(line)
        except LineDamaged:
            verdict.add("file", line=number)
            continue
        tree.append(found)
        if leaf is None:
            verdict.add("missing", entry=tree.size)
        elif leaf_hash(leaf) != found:
            verdict.add("changed", entry=tree.size)
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    verdict.entries = tree.size
    return roots

"""Gives each entry its place in the log, and signs checkpoints over all of them.

An entry is written in the transaction of its act; its place it gets here, a little later: transactions overlap on PostgreSQL, and
a place cannot be given back.
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError
from django.db.models import Exists, Max, OuterRef, QuerySet

from siegelpost.base.sqlfile import sql
from siegelpost.evidence import notes
from siegelpost.evidence.errors import LogBroken, SealingStuck
from siegelpost.evidence.lines import SALT_BYTES, entry_line
from siegelpost.evidence.merkle import Tree, leaf_hash
from siegelpost.evidence.models import Checkpoint, Entry, Leaf
from siegelpost.tenancy.handle import Logged
from siegelpost.tenancy.home import home, read_mark

Random = Callable[[int], bytes]

AT_ONCE: Final = 100
"""Entries in one transaction: others that write wait for less than 50 ms."""
TRIES: Final = 3
"""Conflicts in a row after which nobody got further."""
OPEN_FOR: Final = timedelta(days=1)
"""No transaction stays open for so long: what it wrote is looked for among the entries of this time."""
FIELDS: Final = ("id", "at", "actor", "act", "subject", "details")
"""What of an entry is proved: all of it."""


def seal(log: Logged, *, now: datetime, random: Random = os.urandom) -> str:
    """Give all new entries their places and return a signed checkpoint over them: the last one where there are none.

    Safe to run twice and beside itself. Raises LogBroken where the log does not go on from the last checkpoint, SealingStuck where it
    gets no further.
    """
    before, stuck = (-1, -1), 0
    while True:
        try:
            while _append(log, now, random):
                pass
            return _sign(log, now)
        except IntegrityError:  # another process did the same at the same moment, and was first: then the log is longer
            reached = _reached(log)
            stuck = stuck + 1 if reached == before else 0
            if stuck >= TRIES:
                raise SealingStuck(n=reached[0] + 1) from None
            before = reached


def unsealed(log: Logged, after: int = 0) -> QuerySet[Entry]:
    """Entries with a number above `after` that have no place yet, in their order."""
    placed = log.objects(Leaf).filter(entry_id=OuterRef("id"))
    return log.objects(Entry).filter(~Exists(placed), id__gt=after).order_by("id")


def waits_since(log: Logged) -> datetime | None:
    """Since when the oldest entry without a place waits for one; None where none does."""
    last = _last(log)
    settled = log.objects(Checkpoint).filter(at__lt=last.at - OPEN_FOR).aggregate(n=Max("through"))["n"] if last else None
    return unsealed(log, settled or 0).values_list("at", flat=True).first()


def goes_on(log: Logged) -> bool:
    """Whether the last checkpoint is ours, says what the tree under it says, and no entry under it has lost its place."""
    last = _last(log)
    try:
        if last is not None:
            _goes_on(last, notes.public_key(log.keys.checkpoints))
    except LogBroken:
        return False
    return last is None or log.objects(Leaf).filter(id__lte=last.size).count() == last.size


def line_of(entry: Entry, salt: bytes) -> bytes:
    """The leaf of one entry."""
    return entry_line({name: getattr(entry, name) for name in FIELDS}, salt)


def _reached(log: Logged) -> tuple[int, int]:
    """The last place that was given, and the length of the last checkpoint."""
    last = _last(log)
    return log.objects(Leaf).aggregate(n=Max("id"))["n"] or 0, last.size if last else 0


def _append(log: Logged, now: datetime, random: Random) -> bool:
    """Give the next entries their places; returns whether there are more."""
    with log.atomic():
        settled = log.objects(Checkpoint).filter(at__lt=now - OPEN_FOR).aggregate(n=Max("through"))["n"] or 0
        entries = list(unsealed(log, settled).values(*FIELDS)[: AT_ONCE + 1])
        last, places = _last(log), log.objects(Leaf).aggregate(n=Max("id"))["n"] or 0
        if last and places < last.size:
            raise LogBroken(n=places + 1)
        rows = [_placed(*one, random) for one in enumerate(entries[:AT_ONCE], places + 1)]
        if rows:
            with log.cursor() as cursor:
                cursor.executemany(sql("evidence", "place", log.vendor), rows)
    return len(entries) > AT_ONCE


def _placed(place: int, entry: Mapping[str, Any], random: Random) -> dict[str, Any]:
    salt = random(SALT_BYTES)
    return {"place": place, "entry_id": entry["id"], "salt": salt, "hash": leaf_hash(entry_line(entry, salt))}


def _sign(log: Logged, now: datetime) -> str:
    seed, last = log.keys.checkpoints, _last(log)
    tree, through = _goes_on(last, notes.public_key(seed)) if last else (Tree(), 0)
    leaves = log.objects(Leaf).filter(id__gt=tree.size).order_by("id").values_list("id", "entry_id", "hash")
    for place, entry_id, found in leaves.iterator():
        if place != tree.size + 1:
            raise LogBroken(n=tree.size + 1)
        tree.append(bytes(found))
        through = max(through, entry_id)
    if last and tree.size == last.size:
        return last.note
    origin = notes.read(last.note).origin if last else f"siegelpost/{read_mark(home())['installation']}/{log.slug}"
    note = notes.sign(notes.Note(origin, tree.size, tree.root(), now.astimezone(UTC).replace(microsecond=0)), seed)
    with log.atomic():
        Checkpoint(size=tree.size, through=through, note=note, peaks=tree.packed(), at=now).save(using=log.alias, force_insert=True)
    return note


def _last(log: Logged) -> Checkpoint | None:
    return log.objects(Checkpoint).order_by("-size").first()


def _goes_on(last: Checkpoint, key: bytes) -> tuple[Tree, int]:
    """The tree under the last checkpoint, if that is ours and says so."""
    try:
        tree, note = Tree.unpacked(last.size, bytes(last.peaks)), notes.opened(last.note, key)
    except (ValueError, notes.NoteDamaged):
        raise LogBroken(n=last.size) from None
    if (note.size, note.root) != (tree.size, tree.root()):
        raise LogBroken(n=last.size)
    return tree, last.through

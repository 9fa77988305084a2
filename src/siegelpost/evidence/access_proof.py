"""The log that can only grow vouches for the access log; after 45 days its content goes, and what proves it stays.

New accesses are gathered into batches; the hash over a batch (RFC 9162, section 2.1) is an entry of the log, which is signed and kept
by witnesses. So an access that is changed, taken out or put in later is found, whether its content still exists or not.
"""

import base64
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import Max

from siegelpost.base.actor import Actor
from siegelpost.evidence.access import opened
from siegelpost.evidence.day_keys import OLD, destroy_before, keys_between
from siegelpost.evidence.merkle import Tree, leaf_hash
from siegelpost.evidence.models import AccessEntry
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import Logged

KEPT: Final = timedelta(days=45)
BATCH: Final = 2_000
SUBJECT: Final = "log:access"
VOUCHED: Final = "access.vouched"
FORGOTTEN: Final = "access.forgotten"


def vouch(log: Logged, *, actor: Actor, now: datetime) -> int:
    """Put all new accesses under entries of the log, and return how many there were."""
    done = 0
    while n := _vouch(log, actor, now):
        done += n
    return done


def _vouch(log: Logged, actor: Actor, now: datetime) -> int:
    with log.atomic():
        rows = list(log.objects(AccessEntry).select_for_update().filter(batch=None).order_by("id").values_list("id", "hash")[:BATCH])
        if not rows:
            return 0
        batch = (log.objects(AccessEntry).aggregate(n=Max("batch"))["n"] or 0) + 1
        log.objects(AccessEntry).filter(pk__in=[number for number, _hash in rows]).update(batch=batch)
        details = {"batch": batch, "entries": len(rows), "root": _root(bytes(found) for _number, found in rows)}
        append(log, VOUCHED, subject=SUBJECT, details=details, actor=actor, at=now)
    return len(rows)


def damaged(log: Logged) -> list[int]:
    """Numbers of the batches that are not what the log says of them; content is looked at where it still exists and its key is there."""
    keys = keys_between(log, date.min, date.max)
    said = {one.details["batch"]: (one.details["entries"], one.details["root"]) for one in about(log, (SUBJECT,), acts=(VOUCHED,))}
    rows = log.objects(AccessEntry).exclude(batch=None).order_by("batch", "id").values_list("batch", "day", "key", "content", "hash")
    found = {batch: _judged(entries, keys) for batch, entries in groupby(rows.iterator(chunk_size=2_000), itemgetter(0))}
    return sorted(batch for batch in said.keys() | found.keys() if said.get(batch) != found.get(batch))


def forget(log: Logged, *, actor: Actor, now: datetime) -> int:
    """Delete the content and the keys of the days that are over; the day of an access and 45 more it can be read.

    Returns how many accesses lost their content. Nothing goes that the log does not vouch for yet. Keys go first, at once: whoever is
    killed then has content that nobody can open, and deletes it the next time.
    """
    end = now.astimezone(UTC).date() - KEPT
    with log.atomic():
        over = log.objects(AccessEntry).filter(day__lt=end, content__isnull=False).exclude(batch=None).update(content=None)
        still = log.objects(AccessEntry).filter(day__lt=end, content__isnull=False).values_list("day", flat=True).distinct()
        keys = destroy_before(log, end, but=set(still))
        if over or keys:
            details = {"before": end.isoformat(), "entries": over, "keys": keys}
            append(log, FORGOTTEN, subject=SUBJECT, details=details, actor=actor, at=now)
    return over


def lost(log: Logged, *, now: datetime) -> int:
    """Accesses whose content is gone though their time is not over."""
    return log.objects(AccessEntry).filter(day__gte=now.astimezone(UTC).date() - KEPT, content__isnull=True).count()


def oldest_content(log: Logged) -> date | None:
    """The first day of which anything can be read."""
    return log.objects(AccessEntry).filter(content__isnull=False).order_by("day").values_list("day", flat=True).first()


def _judged(rows: Iterable[tuple[Any, ...]], keys: dict[tuple[date, int], bytes]) -> tuple[int, str] | None:
    """How many there are, and the hash over them; None where content is not what its hash says."""
    hashes = []
    for _batch, day, number, content, found in rows:
        key = keys.get((day, number or OLD))
        if content is not None and key and leaf_hash(opened(key, bytes(content))) != bytes(found):
            return None
        hashes.append(bytes(found))
    return len(hashes), _root(hashes)


def _root(hashes: Iterable[bytes]) -> str:
    tree = Tree()
    for one in hashes:
        tree.append(one)
    return base64.b64encode(tree.root()).decode()

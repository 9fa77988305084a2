"""Take a list of others over, in the place of the one before: all of it or nothing.

Its parts are written first; then one transaction lets them count and forgets the others. From then on nothing is sent until everybody
was compared with the new one.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.consent.listed.digests import KEY_BYTES, kept
from siegelpost.consent.listed.errors import ListDateWrong, ListFileOld, ListMeanwhile, ListShrunk
from siegelpost.consent.listed.models import ListPart, ListState
from siegelpost.consent.listed.states import DAY
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

PARTS: Final = 16
"""Parts in one transaction: 200 kB of a list of 200,000, below the 50 ms that other writers can bear to wait."""
PAUSE: Final = 0.01  # seconds; SQLite's busy handler has no queue, so a bulk writer lets others in
TAKEN: Final = "suppression.list_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """A list that was read.

    source     ecg or robinson
    way        how it is asked from now on
    algorithm  what its entries are
    entries    digests as bytes
    digest     SHA-256 of the file in hex
    dated      as of when it is
    counts     seconds for which it counts
    shorter    it may have less than half of the entries of the one before
    """

    source: str
    way: str
    algorithm: str
    entries: Iterable[bytes]
    digest: str
    dated: datetime
    counts: int
    version: str = ""
    licence: str = ""
    shorter: bool = False


def take(tenant: TenantDB, new: NewList, *, actor: Actor, now: datetime) -> int:
    """Let `new` count instead of the list before, and return how many entries it has. Opens its own transactions.

    Raises ListDateWrong, ListFileOld, ListShrunk, ListMeanwhile.
    """
    _judge_age(new, now)
    key = tenant.keys.own_addresses
    found = {kept(one, key) for one in new.entries}
    before = tenant.objects(ListState).filter(pk=new.source).first()
    if before and before.algorithm == new.algorithm and len(found) * 2 < before.entries and not new.shorter:
        raise ListShrunk(entries=len(found), before=before.entries)
    generation = int(now.timestamp() * 1_000_000)
    if before:
        generation = max(generation, before.generation + 1)
    _write_parts(tenant, new.source, generation, found)
    with tenant.atomic():
        _let_count(tenant, new, generation, found, actor=actor, now=now)
    return len(found)


def _judge_age(new: NewList, now: datetime) -> None:
    if new.dated > now:
        raise ListDateWrong
    if (now - new.dated).total_seconds() >= new.counts:
        raise ListFileOld(dated=f"{new.dated:%Y-%m-%d}", days=new.counts // DAY)


def _write_parts(tenant: TenantDB, source: str, generation: int, found: set[bytes]) -> None:
    buckets = defaultdict[int, list[bytes]](list)
    for one in found:
        buckets[one[0]].append(one)
    rows = (ListPart(source=source, generation=generation, bucket=at, keys=b"".join(sorted(buckets[at]))) for at in sorted(buckets))
    while some := list(islice(rows, PARTS)):
        with tenant.atomic():
            tenant.objects(ListPart).bulk_create(some)
        if tenant.vendor == "sqlite":
            time.sleep(PAUSE)


def _let_count(tenant: TenantDB, new: NewList, generation: int, found: set[bytes], *, actor: Actor, now: datetime) -> None:
    rows, parts = tenant.objects(ListState).select_for_update().filter(pk=new.source), tenant.objects(ListPart).filter(source=new.source)
    there = sum(len(keys) for keys in parts.filter(generation=generation).values_list("keys", flat=True))
    if there != len(found) * KEY_BYTES or rows.filter(generation__gt=generation).exists():
        raise ListMeanwhile  # theirs was the last to count and has taken our parts away
    dated = int(new.dated.timestamp())
    version = new.version or f"{new.dated:%Y-%m-%d} {new.digest[:12]}"
    values = {
        "way": new.way, "algorithm": new.algorithm, "version": version, "licence": new.licence, "digest": new.digest,
        "entries": len(found), "generation": generation, "dated": dated, "good_until": dated + new.counts, "checked_upto": 0,
        "taken_at": now,
    }  # fmt: skip
    tenant.objects(ListState).update_or_create(pk=new.source, defaults=values)
    parts.exclude(generation=generation).delete()
    details = {"source": new.source, "way": new.way, "version": version, "entries": len(found), "sha256": new.digest}
    append(tenant, TAKEN, subject=f"list:{new.source}", details=details, actor=actor, at=now)

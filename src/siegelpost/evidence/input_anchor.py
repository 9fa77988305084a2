"""What was compared of the input log goes into the log that proves, as one hash: nobody changes or removes it afterwards unseen.

The notes of the system are sealed with a key, over all entries of their transaction; a hash over the notes stands for both. That holds
also against whoever owns the keys, and against whoever takes entries out together with their note.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Final

from siegelpost.evidence.inputs import UNNAMED, lines_between, seal_of
from siegelpost.evidence.models import InputNote, InputSpan
from siegelpost.evidence.reads import since
from siegelpost.tenancy.handle import TenantDB

COMPARED: Final = "evidence.input_log_compared"
DIFFERS: Final = "evidence.input_log_differs"
MARGIN: Final = timedelta(days=1)
"""Parts whose first entries are about to be deleted are left out."""
FIELDS: Final = ("tx", "actor", "act", "seal")
TOGETHER: Final = 500
"""Transactions whose entries are read by one statement: a statement for each took six minutes for a million small ones."""


def faults(tenant: TenantDB, first: int, end: int) -> tuple[int, int]:
    """Of the transactions from `first` to before `end`: how many notes do not fit their entries, and how many name nobody."""
    changed = unnamed = 0
    notes = _notes(tenant, first, end)
    while some := list(islice(notes, TOGETHER)):
        with closing(lines_between(tenant, some[0][0], some[-1][0])) as entries:
            at, lines = next(entries, (end, []))
            for tx, actor, act, seal in some:
                while at < tx:  # nothing is said of it: that is another difference
                    at, lines = next(entries, (end, []))
                changed += seal_of(tenant, tx, actor, act, lines if at == tx else []) != seal
                unnamed += actor == str(UNNAMED)
    return changed, unnamed


def _notes(tenant: TenantDB, first: int, end: int) -> Iterator[tuple[int, str, str, bytes]]:
    rows = tenant.objects(InputNote).filter(tx__gte=first, tx__lt=end).order_by("tx").values_list(*FIELDS)
    return ((tx, actor, act, bytes(seal)) for tx, actor, act, seal in rows.iterator(chunk_size=TOGETHER))


def digest(tenant: TenantDB, first: int, end: int) -> str:
    """SHA-256 over the notes of these transactions, in hex. They must be settled: no entry can still come there."""
    found = sha256()
    for tx, actor, act, seal in _notes(tenant, first, end):
        found.update(f"{tx} {actor} {act} {seal.hex()}\n".encode())
    return found.hexdigest()


def altered(tenant: TenantDB, *, kept: timedelta, now: datetime) -> int:
    """Parts of the log, each as long as from one comparison to the next, that are not what was compared.

    kept  how long entries stay
    """
    wrong, before = 0, tenant.objects(InputSpan).order_by("id").values_list("at", flat=True).first()
    for one in since(tenant, (COMPARED, DIFFERS), 0):
        whole = before is not None and before > now - kept + MARGIN
        before = one.at
        if whole and "root" in one.details:
            first, end = one.details["from"], one.details["to"]
            lately = faults(tenant, first, end)[0] > one.details.get("changed", {}).get("n", 0)
            wrong += lately or digest(tenant, first, end) != one.details["root"]
    return wrong

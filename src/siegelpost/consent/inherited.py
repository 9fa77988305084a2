"""The blacklist of a client account stands against everybody below it: kept there as a copy that is known to be complete.

Each sub-account keeps the parent's entries in its own database, so that one statement there judges a person, whatever becomes of the
parent's database. Whoever changes the parent's list first says so in the control database, then commits (`about_to_change`). Whoever
asks in a sub-account compares that number with the one of its copy (`heed_parent`): where they differ, the list is taken over before
anything is answered, and where it cannot be read, nothing is answered and nothing is sent. Only an unseen change makes it wait.

A transaction that was announced and never committed is seen by whoever holds the parent's row alone: then nobody is about to change
anything, and the version is set to what was announced.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import Error
from django.db.models import F

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import Refused, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.consent.models import BlacklistState, Suppression
from siegelpost.consent.rules import BLACKLIST, PARENT
from siegelpost.evidence.services import append
from siegelpost.sign.addresses import key_below
from siegelpost.tenancy.announcing import announce, announced
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number

CHUNK: Final = 1_000
PAUSE: Final = 0.01  # seconds; SQLite's busy handler has no queue, so a bulk writer lets others in
PATIENCE: Final = 500  # milliseconds for a lock on the parent's row: its writers take tens, and who waits here sends for nobody else
AGAIN: Final = 1.0  # seconds until a parent that was away is asked again
ACTOR: Final = Actor.system("inherited")

Entry = tuple[bytes, str]
"""Key and pattern, one of them empty."""

_away: dict[int, float] = {}


class ParentAway(Refused):
    """The parent's list has changed, and its database cannot be read."""

    code = "suppression.parent_away"
    status = 503
    message = _("The blacklist of the account above this one has changed and cannot be read at the moment.")
    hint = _("Try again in a minute. If that does not help, tell the operator.")
    nothing = _("Nothing was changed, and nothing is sent until it can be read.")


def about_to_change(tenant: TenantDB) -> None:
    """Say that the blacklist changes. Inside `tenant.atomic()`, in every transaction that changes it.

    Versions are microseconds since 1970: where an older copy of a database was put back, what is changed from then on is still newer
    than anything that those below have taken over.
    """
    state = tenant.objects(BlacklistState).filter(pk=1)
    state.update(version=F("version") + 1)  # holds the row until the end: nobody else is about to change anything
    before = max(state.values_list("version", flat=True)[0], announced(tenant.number) + 1)
    version = max(before, int(clock.now().timestamp() * 1_000_000))
    state.update(version=version)
    announce(tenant, version)


def heed_parent(tenant: TenantDB) -> None:
    """Take over what has changed in the parent's list; at once where nothing has, and for tenants without a parent.

    Raises ParentAway.
    """
    if tenant.parent is None or _taken(tenant) >= announced(tenant.parent):
        return
    if time.monotonic() < _away.get(tenant.parent, 0.0):
        raise ParentAway
    try:
        version, entries = _list_of(open_by_number(tenant.parent), tenant)
    except (Error, OSError, SiegelpostError) as reason:
        _away[tenant.parent] = time.monotonic() + AGAIN
        raise ParentAway from reason
    _take_over(tenant, version, entries)


def _taken(tenant: TenantDB) -> int:
    return tenant.objects(BlacklistState).values_list("taken", flat=True).get(pk=1)


def _list_of(parent: TenantDB, tenant: TenantDB) -> tuple[int, dict[Entry, datetime]]:
    """The parent's list as it stands against addresses of this tenant, and a version that is in it (perhaps more)."""
    try:
        version = parent.objects(BlacklistState).values_list("version", flat=True).get(pk=1)
        if version < announced(parent.number):
            version = _settled(parent)
        rows = parent.objects(Suppression).filter(kind=BLACKLIST, list_id=None).values_list("key", "pattern", "at")
        mine = tenant.keys.own_addresses
        return version, {(key_below(bytes(key), mine) if key else b"", pattern): at for key, pattern, at in rows.iterator(CHUNK)}
    except Error:
        parent.close()
        raise


def _settled(parent: TenantDB) -> int:
    """The version that was announced, once nobody is about to commit it."""
    with _impatient(parent), parent.atomic():
        state = parent.objects(BlacklistState).select_for_update().filter(pk=1)
        version = max(state[0].version, announced(parent.number))
        state.update(version=version)
    return version


@contextmanager
def _impatient(parent: TenantDB) -> Iterator[None]:
    """Wait for a lock for PATIENCE at most. The connection is closed afterwards: it forgets that."""
    with parent.cursor() as cursor:
        if parent.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        else:
            cursor.execute(f"SET lock_timeout = {PATIENCE}")
    try:
        yield
    finally:
        parent.close()


def _take_over(tenant: TenantDB, version: int, wanted: dict[Entry, datetime]) -> None:
    """New entries first, in steps; what is gone from the list, and that it was taken over, last."""
    known = defaultdict[Entry, list[int]](list)
    for number, key, pattern in tenant.objects(Suppression).filter(kind=PARENT).values_list("pk", "key", "pattern"):
        known[bytes(key or b""), pattern].append(number)
    new = iter([entry for entry in wanted if entry not in known])
    added = 0
    while chunk := list(islice(new, CHUNK)):
        with tenant.atomic():
            rows = [
                Suppression(kind=PARENT, key=key or None, pattern=pattern, source=PARENT, at=wanted[key, pattern]) for key, pattern in chunk
            ]
            tenant.objects(Suppression).bulk_create(rows)
            _note(tenant, version, added=len(rows))
        added += len(rows)
        if tenant.vendor == "sqlite" and len(rows) == CHUNK:
            time.sleep(PAUSE)
    gone = [number for entry, numbers in known.items() if entry not in wanted for number in numbers]
    with tenant.atomic():
        state = tenant.objects(BlacklistState).select_for_update().filter(pk=1, taken__lt=version)
        if state.exists():  # otherwise another process has taken over this list or a later one
            for start in range(0, len(gone), CHUNK):
                tenant.objects(Suppression).filter(pk__in=gone[start : start + CHUNK]).delete()
            state.update(taken=version)
            if gone:
                _note(tenant, version, removed=len(gone))


def _note(tenant: TenantDB, version: int, **counts: int) -> None:
    append(tenant, "suppression.inherited", subject="blacklist", details={"version": version, **counts}, actor=ACTOR, at=clock.now())

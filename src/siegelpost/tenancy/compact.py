"""Overwrite what SQLite keeps of rows that are gone. PostgreSQL does so by itself (VACUUM), in files that its own user alone can read."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.db import connections

from siegelpost.tenancy.handle import Store

PATIENCE: Final = 5.0
"""Seconds in which a reader of an older state may let go."""


def empty_wal(store: Store, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Bring the write-ahead log into the database and cut it to nothing; False where a reader holds it for too long."""
    if store.vendor != "sqlite":
        return True
    end = time.monotonic() + PATIENCE
    while not _checkpoint(store):
        if time.monotonic() > end:
            return False
        sleep(0.05)
    return True


def rewrite(store: Store) -> bool:
    """Write the whole database anew, without what stands between its rows; False where somebody held it for too long.

    Takes about a second for 100 MB, in which others wait.
    """
    if store.vendor != "sqlite":
        return True
    connection: Any = connections[store.alias]
    connection.ensure_connection()
    try:
        connection.connection.execute("VACUUM")
    except connection.Database.OperationalError:
        return False
    return empty_wal(store)


def _checkpoint(store: Store) -> bool:
    """SQLite answers: busy, pages in the log, pages brought in."""
    connection: Any = connections[store.alias]
    connection.ensure_connection()
    busy, _pages, _done = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy

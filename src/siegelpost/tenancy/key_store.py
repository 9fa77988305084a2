"""Where the keys of days lie: a store of their own that copies leave out, so that what was copied says nothing once its key is destroyed.

SQLite: a folder whose tag tells programs that make copies to pass it over. PostgreSQL: a database beside the control database.
Where the store is missing, as in a copy that was put back, an empty one is made: what was sealed before stays sealed.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import IntegrityError, OperationalError, ProgrammingError, connections

from siegelpost.base.settings import Settings
from siegelpost.tenancy.compact import empty_wal
from siegelpost.tenancy.connections import sqlite_settings
from siegelpost.tenancy.handle import Store
from siegelpost.tenancy.home import home, place_of_file
from siegelpost.tenancy.servers import settings_of_url

ALIAS: Final = "day_keys"
FOLDER: Final = "access-keys"
FILE: Final = "keys.sqlite3"
SUFFIX: Final = "_access_keys"
"""Of the name of the database; no short name of a tenant has a `_`, so no tenant's database is called so."""
NAME_BYTES: Final = 63
"""PostgreSQL cuts longer names (NAMEDATALEN)."""
TAG: Final = "CACHEDIR.TAG"
TAG_TEXT: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys by which the access log of a day can be read. Leave this folder out of copies, or they can be read for longer than 45 days.\n"
    "# This file is a mark for programs that make copies: Cache Directory Tagging Specification.\n"
)
TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS day_key (log text NOT NULL, day text NOT NULL, number bigint NOT NULL, wrapped bytea NOT NULL,"
    " PRIMARY KEY (log, day, number))"
)
"""log: short name of the tenant, or `operator`; day: 2026-05-31; SQLite takes any name for a type."""
ADD: Final = "INSERT INTO day_key (log, day, number, wrapped) VALUES (%s, %s, %s, %s)"
FIND: Final = "SELECT day, number, wrapped FROM day_key WHERE log = %s AND day BETWEEN %s AND %s ORDER BY day, number"
_ONE_MAKES_IT: Final = 0x5EA1
"""Number of a lock on PostgreSQL: two that make a table at once would fail."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key of one day (UTC), locked with a key of the log that it belongs to; a day may have several, told apart by `number`."""

    day: date
    number: int
    wrapped: bytes


def settings_of(ours: Settings) -> dict[str, Any]:
    """How Django reaches the store."""
    if ours.database_url:
        found = settings_of_url(ours.database_url)
        return {**found, "NAME": found["NAME"][: NAME_BYTES - len(SUFFIX)] + SUFFIX}
    found = sqlite_settings(ours.home / FOLDER / FILE, create=True)
    found["OPTIONS"]["init_command"] += f"; {TABLE}"
    return found


@contextmanager
def key_store() -> Iterator[Store]:
    """The store, made where it is missing; closed again, for it is seldom needed. Raises DatabaseError where it cannot be had."""
    store = Store(ALIAS, connections[ALIAS].vendor)
    try:
        if store.vendor == "sqlite":
            _make_folder()
        else:
            _make_database(store)
        connections[ALIAS].ensure_connection()
        yield store
    finally:
        store.close()


def place() -> str:
    """Tells the store that is there from another one that was put in its place: the file; "" where there is none, or on PostgreSQL."""
    if connections[ALIAS].vendor != "sqlite":
        return ""
    try:
        return place_of_file(_file())
    except OSError:
        return ""


def find(log: str, since: date, until: date) -> list[WrappedKey]:
    """The keys of some days, both included."""
    with key_store() as store, store.cursor() as cursor:
        cursor.execute(FIND, [log, since.isoformat(), until.isoformat()])
        return [WrappedKey(date.fromisoformat(day), number, bytes(wrapped)) for day, number, wrapped in cursor.fetchall()]


def add(log: str, key: WrappedKey) -> None:
    """Keep a key; it survives a power cut, for what is sealed with it may do so, too."""
    with key_store() as store, store.atomic(durable=True), store.cursor() as cursor:
        cursor.execute(ADD, [log, key.day.isoformat(), key.number, key.wrapped])


def destroy(log: str, days: Collection[date]) -> int:
    """Remove the keys of these days, so that nothing of them is left in the files; returns how many there were."""
    with key_store() as store:
        with store.atomic(durable=True), store.cursor() as cursor:
            gone = 0
            for day in days:
                cursor.execute("DELETE FROM day_key WHERE log = %s AND day = %s", [log, day.isoformat()])
                gone += int(cursor.rowcount)
        if gone:
            _overwrite(store)
    return gone


def destroy_all(log: str) -> None:
    """Remove all keys of a tenant that goes."""
    destroy(log, {key.day for key in find(log, date.min, date.max)})


def logs() -> set[str]:
    """Short names of those who have a key."""
    with key_store() as store, store.cursor() as cursor:
        cursor.execute("SELECT DISTINCT log FROM day_key")
        return {log for (log,) in cursor.fetchall()}


def _overwrite(store: Store) -> None:
    """SQLite overwrites what is deleted (secure_delete), but for what stands in its log; PostgreSQL does when it writes the table anew."""
    if store.vendor == "sqlite":
        empty_wal(store)
        return
    with store.cursor() as cursor:
        cursor.execute("VACUUM (FULL) day_key")


def _file() -> Path:
    return home().root / FOLDER / FILE


def _make_folder() -> None:
    """With its tag, before there is anything in it that must not be copied."""
    folder = _file().parent
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        tag = folder / TAG
        if not tag.exists() or tag.read_text(encoding="utf-8", errors="replace") != TAG_TEXT:
            half = folder / f"{TAG}.{os.getpid()}"
            half.write_text(TAG_TEXT, encoding="utf-8")
            half.replace(tag)
    except OSError as reason:
        raise OperationalError(f"the folder of day keys cannot be made: {reason.strerror}") from reason


def _make_database(store: Store) -> None:
    name = connections[ALIAS].settings_dict["NAME"]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _create(name)
    with store.cursor() as cursor:
        cursor.execute("SELECT to_regclass('day_key')")
        if cursor.fetchone() == (None,):
            with store.atomic():
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_MAKES_IT])
                cursor.execute(TABLE)


def _create(name: str) -> None:
    """On a connection of its own: this cannot be done in a transaction, and whoever writes an access may be in one."""
    own = connections["default"].copy()
    database = '"' + name.replace('"', '""') + '"'
    try:
        with suppress(ProgrammingError, IntegrityError), own.cursor() as cursor:  # another process was first
            cursor.execute(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'")
            cursor.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    finally:
        own.close()

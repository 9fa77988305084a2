"""A second look at the tenant's database, past the product: on a connection of its own, on either engine."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import DATA_FILE, credentials_of
from tests.delivery.support import until
from tests.patience import PATIENCE
from tests.postgres import postgres_cluster

EVERY = 0.02  # seconds between two looks
LOOK = """SELECT 'rows', state, COUNT(*) FROM delivery_delivery WHERE mailing_id = {mailing} GROUP BY state
          UNION ALL SELECT 'tally', state, n FROM delivery_tally WHERE mailing_id = {mailing}"""
WAITING = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def connect(tenant: TenantDB) -> Any:
    """A connection without transactions of its own; the owner closes it."""
    if tenant.vendor == "sqlite":
        return sqlite3.connect(home().tenant(tenant.slug) / DATA_FILE, timeout=PATIENCE, isolation_level=None)
    return psycopg.connect(_url(tenant), autocommit=True)


def _url(tenant: TenantDB) -> str:
    return postgres_cluster().url(credentials_of(Tenant.objects.get(slug=tenant.slug)).database)


def ask(tenant: TenantDB, query: str) -> list[tuple[Any, ...]]:
    """Run one statement."""
    with closing(connect(tenant)) as connection:
        cursor = connection.execute(query)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def writers_wait(tenant: TenantDB, table: str = "delivery_delivery") -> Iterator[None]:
    """Nobody can write meanwhile; everybody can read. SQLite locks the whole database, PostgreSQL the table."""
    with closing(connect(tenant)) as connection:
        connection.execute("BEGIN IMMEDIATE" if tenant.vendor == "sqlite" else "BEGIN")
        if tenant.vendor == "postgresql":
            connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def row_is_locked(tenant: TenantDB, select: str) -> Iterator[None]:
    """Who changes these rows waits (PostgreSQL)."""
    with closing(connect(tenant)) as connection:
        connection.execute("BEGIN")
        assert connection.execute(f"{select} FOR UPDATE").fetchall()
        yield
        connection.execute("ROLLBACK")


def somebody_waits(tenant: TenantDB) -> None:
    """Return as soon as a statement waits for a lock (PostgreSQL)."""
    until(lambda: ask(tenant, WAITING)[0][0], 20, "a statement waits for our lock")


class Watch:
    """Asks again and again, in a thread, whether the conservation law holds: rows, counters and audience."""

    def __init__(self, tenant: TenantDB, mailing: int) -> None:
        self.looks = 0
        self.faults: list[str] = []
        self._url = _url(tenant) if tenant.vendor == "postgresql" else ""
        self._path = home().tenant(tenant.slug) / DATA_FILE
        self._look = LOOK.format(mailing=mailing)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                with closing(self._reader()) as connection:
                    while not self._over.wait(EVERY):
                        self._judge(connection.execute(self._look).fetchall())
            except psycopg.OperationalError:
                self._over.wait(EVERY)  # the server is dead at this moment

    def _reader(self) -> Any:
        if self._url:
            return psycopg.connect(self._url, autocommit=True)
        return sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=PATIENCE)

    def _judge(self, lines: list[tuple[str, str, int]]) -> None:
        found: dict[str, dict[str, int]] = {"rows": {}, "tally": {}}
        for where, state, n in lines:
            found[where][state] = n
        audience = found["tally"].pop("audience", 0)
        counted = {state: n for state, n in found["tally"].items() if n and not state.startswith("excluded:")}
        self.looks += 1
        if audience != sum(found["tally"].values()) or counted != found["rows"]:
            self.faults.append(str(found))

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join(PATIENCE)

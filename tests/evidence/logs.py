"""Logs for the tests: entries, files, and hands that reach past the system."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from siegelpost.base.actor import Actor
from siegelpost.evidence.export import write_log
from siegelpost.evidence.models import Checkpoint, Entry, Leaf
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import credentials_of
from tests.postgres import postgres_cluster

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WHO = Actor.operator()
TABLES = tuple(model._meta.db_table for model in (Entry, Leaf, Checkpoint))


def write(tenant: TenantDB, n: int = 1, act: str = "list.created") -> None:
    """Log some acts."""
    with tenant.atomic():
        for number in range(n):
            append(tenant, act, subject=f"list:{number}", details={"name": "Brief ü", "n": number}, actor=WHO, at=NOW)


def exported(tenant: Logged, path: Path) -> bytes:
    """The file of the whole log."""
    write_log(tenant, path, actor=WHO, now=NOW)
    return path.read_bytes()


def past_the_system(tenant: TenantDB, *statements: str) -> None:
    """Run statements with all rights that a database knows, and no trigger in the way."""
    tenant.close()
    if tenant.vendor == "sqlite":
        with closing(sqlite3.connect(home().tenant(tenant.slug) / "tenant.sqlite3")) as connection, connection:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND (name LIKE 'evidence_%' OR name LIKE 'disclosures_%' "
                "OR name LIKE 'handover_%' OR name LIKE 'instructions_%')"
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                connection.execute(statement)
        return
    database = credentials_of(Tenant.objects.get(slug=tenant.slug)).database
    with closing(psycopg.connect(postgres_cluster().url(database), autocommit=True)) as server:
        for statement in statements:
            server.execute(statement)

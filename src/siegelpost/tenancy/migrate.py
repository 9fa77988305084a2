"""Bring the control database and every tenant's databases to the current version; one failure does not stop the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from siegelpost.tenancy import append_only
from siegelpost.tenancy.compact import empty_wal
from siegelpost.tenancy.handle import Store
from siegelpost.tenancy.key_store import key_store
from siegelpost.tenancy.models import Departure, Tenant
from siegelpost.tenancy.registry import credentials_of, register_owner
from siegelpost.tenancy.router import SIGN_UP_APP

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one tenant: `fault` is the class of the error, "" where all went well."""

    slug: str
    fault: str = ""


def migrate_control() -> None:
    """Make or update the tables of the control database (those of the staff only where its settings are loaded), and the keys' store."""
    with key_store():
        pass  # a migration puts keys into it
    call_command("migrate", database="default", verbosity=0, interactive=False)
    call_command("createcachetable", database="default", verbosity=0)
    if connections["default"].vendor == "sqlite":
        append_only.guard_sqlite("default")
    else:
        append_only.guard_postgres("default")
        _keep_strangers_out("default")


def missing(alias: str) -> int:
    """How many migrations of this release a database has not seen; nothing is changed. Raises django.db.Error.

    In a tenant's database those of the staff count only where some of them are: whether they are noted depends on who migrated.
    """
    executor = MigrationExecutor(connections[alias])
    known = {app for app, _name in executor.loader.applied_migrations}
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return sum(alias == "default" or one.app_label in known for one, _backwards in plan)


def _keep_strangers_out(alias: str) -> None:
    """PostgreSQL lets every role of the server enter a new database; tenants have no business in that of the operator.

    Does nothing but warn where the database is somebody else's; then the check of the control 1.4-03 is red until its owner does it.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])} FROM PUBLIC")


def migrate_tenant(row: Tenant) -> None:
    """Make or update the tables of one tenant as their owner, then say again what the runtime roles may do."""
    data, sign_ups = register_owner(row)
    try:
        call_command("migrate", database=data, verbosity=0, interactive=False)
        call_command("migrate", SIGN_UP_APP, database=sign_ups, verbosity=0, interactive=False)  # no other makes anything there
        if row.server:
            append_only.grant_postgres(data, credentials_of(row))
        else:
            append_only.guard_sqlite(data)
            empty_wal(Store(data, "sqlite"))  # what a migration deleted is gone from there, too
    finally:
        for alias in (data, sign_ups):
            connections[alias].close()


def migrate_all(progress: Callable[[Migrated], None]) -> list[Migrated]:
    """Migrate every tenant in turn, telling `progress` after each; returns all results, failures included."""
    results = []
    for row in Tenant.objects.exclude(number__in=without_database()).order_by("slug"):
        results.append(_migrate_one(row))
        progress(results[-1])
    return results


def without_database() -> set[int]:
    """Numbers of tenants that are being erased and have none any more."""
    going = Departure.objects.filter(done_at=None).values_list("number", "steps")
    return {number for number, steps in going if "counted" in steps}


def _migrate_one(row: Tenant) -> Migrated:
    try:
        migrate_tenant(row)
    except Exception as reason:  # noqa: BLE001 - whatever it is, the other tenants go on; it is reported by name
        log.error("tenancy.migrate_failed", tenant=row.slug, fault=type(reason).__name__)
        return Migrated(row.slug, type(reason).__name__)
    return Migrated(row.slug)

"""The databases of the two tenants on the throw-away PostgreSQL server: kept once, put back before each test, looked at after it.

A copy takes a fortieth of a second of a core, and so does a look at all rows; both are left out where no transaction ran in
the database since it was made, for without one nothing in it can have changed.
"""

# ruff: noqa: PLC0415 (models are imported inside functions: Django is set up after this file is imported)
import time
from functools import cache
from typing import Any

import psycopg

from tests.postgres import postgres_cluster

SLUGS = ("alpha", "beta")
TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
LOOKED_AT = ("evidence_accessentry",)
"""Whoever looks at pages of beta leaves these there, and nothing else."""
SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename), last_value::text FROM pg_sequences"
CONNECTED = "SELECT datname FROM pg_stat_activity WHERE datname = ANY(%s)"
WORK = """
SELECT datname, concat_ws(' ', d::text, (SELECT string_agg(s::text, ' ') FROM pg_db_role_setting s WHERE setdatabase = d.oid),
    pg_stat_get_db_xact_commit(d.oid), pg_stat_get_db_xact_rollback(d.oid),
    pg_stat_get_db_stat_reset_time(d.oid), (SELECT stats_reset FROM pg_stat_bgwriter))
FROM pg_database d WHERE datname = ANY(%s)
"""
"""Number, grants and settings of the database, its transactions up to now, and since when these are counted: a crash begins anew."""
LEAVING = 1.0
"""Seconds for the processes of the server to end whose connections were closed."""


@cache
def _databases() -> dict[str, str]:
    from siegelpost.tenancy.models import Tenant
    from siegelpost.tenancy.registry import credentials_of

    return {row.slug: credentials_of(row).database for row in Tenant.objects.filter(slug__in=SLUGS)}


def keep_database(slug: str, name: str = "kept") -> None:
    """Copy a tenant's database on PostgreSQL; nobody may be connected to it."""
    from django.db import connections

    database = _databases()[slug]
    with connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}_{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{database}_{name}" TEMPLATE "{database}"')


def put_back_database(slug: str, name: str = "kept") -> None:
    """Undo what happened to it since `keep_database`; whoever is connected is thrown out."""
    from django.db import connections

    database = _databases()[slug]
    with connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{database}" OWNER "{database}_o" TEMPLATE "{database}_{name}" STRATEGY FILE_COPY')
        # a copy has the grants of what is in it, but not those of the database itself
        cursor.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        for role in ("r", "s"):
            cursor.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{database}_{role}"')


def remember_control() -> None:
    """See how the control database is before the first test."""
    _empty_at_first()
    _rows_at_first()


@cache
def _empty_at_first() -> tuple[str, ...]:
    """Tables of the control database in which the template has no row; asked once, before the first test."""
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute(TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE NOT EXISTS (SELECT FROM {table})" for table in tables))
        return tuple(sorted(table for (table,) in cursor.fetchall()))


@cache
def _rows_at_first() -> tuple[tuple[Any, list[dict[str, Any]]], ...]:
    """The row of the installation and those of the two tenants, with every column."""
    from siegelpost.tenancy.models import Installation, Tenant

    return tuple((model, [dict(row) for row in model.objects.order_by("pk").values()]) for model in (Installation, Tenant))


# One round trip; rows that point at each other go in any order, and numbers begin at 1 again as in a copy of the file.
_EMPTY_AGAIN = """
DO $$
DECLARE one text; counted text; filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH one IN ARRAY string_to_array('{tables}', ' ') LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
        CONTINUE WHEN NOT filled;
        EXECUTE 'DELETE FROM ' || one;
        FOR counted IN SELECT pg_get_serial_sequence(one, attname) FROM pg_attribute
            WHERE attrelid = one::regclass AND attnum > 0 AND NOT attisdropped LOOP
            PERFORM setval(counted, 1, false) WHERE counted IS NOT NULL;
        END LOOP;
    END LOOP;
END $$
"""


def restore_control() -> None:
    """Empty the tables of the control database that were empty, put back the rows of the others, and empty the store of keys."""
    from django.db import connections

    from siegelpost.tenancy.key_store import key_store

    with connections["default"].cursor() as cursor:
        cursor.execute(_EMPTY_AGAIN.format(tables=" ".join(_empty_at_first())))
    for model, rows in _rows_at_first():
        if list(model.objects.order_by("pk").values()) == rows:
            continue
        model.objects.exclude(pk__in=[row[model._meta.pk.attname] for row in rows]).delete()
        for row in rows:
            model(**row).save()  # a test may have taken it away, or put another one in its place
    with key_store() as store, store.cursor() as cursor:
        cursor.execute("DELETE FROM day_key")


def work() -> dict[str, str]:
    """What was done up to now in the database of each tenant; the same twice: nothing meanwhile.

    A tenant is missing where somebody is connected, whose transactions may not be counted yet. So this is asked first: a process
    of the server counts its last ones before it is gone.
    """
    from django.db import connections

    slugs = {database: slug for slug, database in _databases().items()}
    with connections["default"].cursor() as cursor:
        cursor.execute(CONNECTED, [list(slugs)])
        connected = {database for (database,) in cursor.fetchall()}
        cursor.execute(WORK, [list(slugs)])
        return {slugs[database]: done for database, done in cursor.fetchall() if database not in connected}


def work_at_rest() -> dict[str, str]:
    """The same, once those have gone whose connections were closed a moment ago."""
    end = time.monotonic() + LEAVING
    while len(found := work()) < len(SLUGS) and time.monotonic() < end:
        time.sleep(0.001)
    return found


def rows_of(slug: str) -> str:
    """Every row of a tenant, with one question for the tables of all schemas, and where their numbers have come to."""
    rows = "md5(string_agg(md5(one::text), '' ORDER BY md5(one::text)))"
    with psycopg.connect(postgres_cluster().url(_databases()[slug])) as superuser:
        tables = [table for (table,) in superuser.execute(TABLES).fetchall() if not table.endswith(LOOKED_AT)]
        asked = [f"SELECT '{table}', {rows} FROM {table} AS one" for table in tables]
        found = superuser.execute(" UNION ALL ".join([*asked, SEQUENCES]).encode()).fetchall()
        return repr(sorted(row for row in found if not str(row[0]).endswith("evidence_accessentry_id_seq")))

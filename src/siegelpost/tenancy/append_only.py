"""Tables that may only grow, and what the runtime role may do with the rest."""

# ruff: noqa: S608 - tables of our own

from typing import Any

from django.apps import apps
from django.db import connections

from siegelpost.tenancy.handle import Store
from siegelpost.tenancy.router import fits
from siegelpost.tenancy.servers import Credentials

_CAN_CHANGE = "SELECT one FROM unnest(%s::text[]) AS one WHERE has_table_privilege(current_user, one, 'UPDATE, DELETE, TRUNCATE')"


def append_only_tables(alias: str = "t_") -> list[str]:
    """Tables of a database, by default a tenant's, whose models say `append_only`."""
    models = (model for model in apps.get_models() if fits(alias, model._meta.app_label))
    return sorted(model._meta.db_table for model in models if getattr(model, "append_only", False))


def guard_sqlite(alias: str) -> None:
    """SQLite knows no roles: triggers refuse to change or remove a row."""
    with connections[alias].cursor() as cursor:
        for table in append_only_tables(alias):
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            cursor.execute(  # INSERT OR REPLACE removes the old row without asking the trigger of DELETE
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def unguarded(store: Store) -> list[str]:
    """Tables that may only grow, and where the role that we work as could change or remove a row all the same."""
    tables = append_only_tables()
    with store.cursor() as cursor:
        if store.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            there = {name for (name,) in cursor.fetchall()}
            return [one for one in tables if not {f"{one}_no_{verb}" for verb in ("update", "delete", "replace")} <= there]
        cursor.execute(_CAN_CHANGE, [tables])
        return [name for (name,) in cursor.fetchall()]


def guard_postgres(alias: str) -> None:
    """For the control database, whose role owns the tables and could not be denied a right: triggers as on SQLite."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for table in append_only_tables(alias):
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_append_only()"
            )


def grant_postgres(alias: str, found: Credentials) -> None:
    """Runtime: rows but no DDL, insert-only where tables are append-only. Sign-ups: their own schema and nothing else."""
    with connections[alias].cursor() as cursor:
        for statement in _grants(found):
            cursor.execute(statement)


def _grants(found: Credentials) -> list[str]:
    runtime, sign_ups = _quoted(found.runtime), _quoted(found.sign_ups)
    rows = "SELECT, INSERT, UPDATE, DELETE"
    return [
        f"GRANT USAGE ON SCHEMA public TO {runtime}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {runtime}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {runtime}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {runtime}" for table in append_only_tables()),
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {runtime}",
        f"GRANT USAGE ON SCHEMA signups TO {sign_ups}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA signups TO {sign_ups}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA signups TO {sign_ups}",
        f"REVOKE INSERT, UPDATE, DELETE ON signups.django_migrations FROM {sign_ups}",
    ]


def _quoted(name: Any) -> str:
    return '"' + str(name).replace('"', '""') + '"'

"""Tables that may only grow, and what the runtime role may do with the rest."""

from typing import Any

from django.apps import apps
from django.db import connections

from siegelpost.tenancy.router import fits
from siegelpost.tenancy.servers import Credentials


def append_only_tables() -> list[str]:
    """Tables of the tenants' models that say `append_only`."""
    models = (model for model in apps.get_models() if fits("t_", model._meta.app_label))
    return sorted(model._meta.db_table for model in models if getattr(model, "append_only", False))


def guard_sqlite(alias: str) -> None:
    """SQLite knows no roles: triggers refuse to change or remove a row."""
    with connections[alias].cursor() as cursor:
        for table in append_only_tables():
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            cursor.execute(  # INSERT OR REPLACE removes the old row without asking the trigger of DELETE
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - tables of our own
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
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

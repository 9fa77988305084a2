"""Runs the statements of this room's `.sql` files."""

import json
from collections.abc import Iterable
from typing import Any

from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.handle import TenantDB


def ids(tenant: TenantDB, numbers: Iterable[int]) -> Any:
    """Many ids as one parameter: a JSON array for SQLite, an array for PostgreSQL."""
    listed = list(numbers)
    return json.dumps(listed) if tenant.vendor == "sqlite" else listed


def change(tenant: TenantDB, name: str, **parameters: object) -> int:
    """Run a statement that writes, inside `tenant.atomic()`; returns how many rows it changed."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("delivery", name, tenant.vendor), parameters)
        if cursor.rowcount < 0:  # Python's sqlite3 counts no statement that begins with WITH
            cursor.execute("SELECT changes()")
            return int(cursor.fetchone()[0])
        return int(cursor.rowcount)


def read(tenant: TenantDB, name: str, **parameters: object) -> list[tuple[Any, ...]]:
    """Run a statement that reads; returns all rows."""
    with tenant.cursor() as cursor:
        cursor.execute(sql("delivery", name, tenant.vendor), parameters)
        return list(cursor.fetchall())


def of_lists(tenant: TenantDB, name: str, list_ids: Iterable[int]) -> tuple[str, dict[str, Any]]:
    """A statement about some lists with its parameters: a placeholder for each, for the database to see how many there are.

    Of one list alone each person comes once: nothing is compared then, which takes half the time.
    """
    text = sql("delivery", name, tenant.vendor)
    values = {f"list_{at}": list_id for at, list_id in enumerate(list_ids)}
    if len(values) == 1:
        text = text.replace("COUNT(DISTINCT ", "COUNT(")
    return text.replace("/*lists*/", ", ".join(f"%({value})s" for value in values) or "NULL"), {**values, "many": len(values) > 1}

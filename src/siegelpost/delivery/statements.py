"""Runs the statements of this room's `.sql` files."""

import json
from collections.abc import Iterable
from typing import Any, Final

from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.handle import TenantDB

EACH_ONCE: Final = "COUNT(DISTINCT subscriber_id)"


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
    """A statement about some lists with its parameters; SQLite gets a placeholder for each, to see how many there are.

    Of one list alone each person comes once: nothing is compared then, which takes half the time.
    """
    listed, text = list(list_ids), sql("delivery", name, tenant.vendor)
    if len(listed) == 1:
        text = text.replace(EACH_ONCE, "COUNT(*)")
    if tenant.vendor != "sqlite":
        return text, {"lists": listed}
    values = {f"list_{at}": list_id for at, list_id in enumerate(listed)}
    return text.replace("/*lists*/", ", ".join(f"%({value})s" for value in values)), values

"""How a table is read through a handle with limits. Each model says it itself (`narrow`); one that says nothing is not read at all.

What a room promises here is all that keeps somebody with limits from the rest of a table: `TenantDB.objects` asks nobody else.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from django.db.models import JSONField, Lookup, Model, QuerySet

Narrow = Callable[[Any, QuerySet[Any]], QuerySet[Any]]
"""From a handle and all rows to those that it shows."""
NARROW: Final = "narrow"


def anything(_tenant: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of a table that holds no people, and nothing about one list."""
    return rows


def by_list(column: str) -> Narrow:
    """Rows of the lists within the limits; `column` holds a list's number."""

    def narrow(tenant: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if tenant.scope.lists is None else rows.filter(**{f"{column}__in": sorted(tenant.scope.lists)})

    return narrow


def by_lists(column: str) -> Narrow:
    """Rows of which all lists are within the limits; `column` holds their numbers as JSON. A row of no list is not shown."""

    def narrow(tenant: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if tenant.scope.lists is None else rows.filter(**{f"{column}__within": sorted(tenant.scope.lists)})

    return narrow


def how_of(model: type[Model]) -> Narrow | None:
    """What a model says of itself."""
    found: Narrow | None = getattr(model, NARROW, None)
    return found


@JSONField.register_lookup
class Within(Lookup):
    """An array of numbers of which each stands in another, and that is not empty."""

    lookup_name = "within"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Django: the condition for SQLite."""
        column, values = self.process_lhs(compiler, connection)
        strays = f"SELECT 1 FROM json_each({column}) here WHERE here.value NOT IN (SELECT value FROM json_each(%s))"  # noqa: S608
        return f"(json_array_length({column}) > 0 AND NOT EXISTS ({strays}))", [*values, *values, json.dumps(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Django: the condition for PostgreSQL."""
        column, values = self.process_lhs(compiler, connection)
        return f"(jsonb_array_length({column}) > 0 AND {column} <@ %s::jsonb)", [*values, *values, json.dumps(self.rhs)]

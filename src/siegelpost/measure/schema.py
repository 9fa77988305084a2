"""What the tables of measuring can hold: columns that are known to hold no person, and no others."""

from collections.abc import Mapping
from typing import Final

from siegelpost.tenancy.handle import TenantDB

KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "measure_link": frozenset(("id", "mailing_id", "variant_id", "position", "url")),
    "measure_counter": frozenset(("id", "variant_id", "position", "hour", "n")),
    "measure_classcounter": frozenset(("id", "variant_id", "what", "name", "n")),
    "measure_unique": frozenset(("id", "variant_id", "position", "epoch", "day", "estimate")),
    "measure_frozen": frozenset(("mailing_id", "mode", "people", "why")),
    "measure_overlap": frozenset(("id", "mailing_id", "other_id")),
    "measure_choice": frozenset(("id", "mode", "people", "at")),
    "measure_listmode": frozenset(("list_id", "mode")),
    "measure_spooldone": frozenset(("id", "name")),
}
"""Table -> columns. Whoever adds one says here that it holds no person, no address, no moment of a request, and crosses nothing."""


def unknown_columns(tenant: TenantDB) -> list[str]:
    """Columns, as "table.column", that are in the database and not in KNOWN: by whatever way they came."""
    found: set[tuple[str, str]] = set()
    with tenant.cursor() as cursor:
        for table in cursor.db.introspection.table_names(cursor):
            if table.startswith("measure_"):
                cursor.execute(f"SELECT * FROM {cursor.db.ops.quote_name(table)} LIMIT 0")  # noqa: S608 - a name of the database's own
                found |= {(table, column[0]) for column in cursor.description}
    return sorted(f"{table}.{column}" for table, column in found if column not in KNOWN.get(table, frozenset()))

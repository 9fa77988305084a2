"""People are found by the beginning of their address or name, and shown in the order of either, from an index."""

from typing import Any

from django.db import migrations

KEYS = {
    "by_address": "lower(email)",
    "by_last_name": "lower(fields ->> 'last_name')",
    "by_first_name": "lower(fields ->> 'first_name')",
}
"""What is compared. PostgreSQL compares byte by byte, as SQLite does anyway: else a range is not the words that begin alike."""
INDEXES = {"audience_by_address": ("by_address", "by_last_name", "by_first_name")}
"""One for all: addresses are found by its order, names by reading it through (30 ms for 100,000). A second and a third index
would halve the speed of imports."""


def keys(vendor: str) -> dict[str, str]:
    """Each key as the engine needs it."""
    return {name: f'({key}) COLLATE "C"' if vendor == "postgresql" else key for name, key in KEYS.items()}


def make(apps: Any, editor: Any) -> None:
    """The index and the view that asks in its words."""
    found = keys(editor.connection.vendor)
    for index, parts in INDEXES.items():
        editor.execute(f"CREATE INDEX {index} ON audience_subscriber ({', '.join(f'({found[part]})' for part in parts)}, id)")
    columns = ", ".join(f"{key} AS {name}" for name, key in found.items())
    editor.execute(f"CREATE VIEW audience_person AS SELECT id AS subscriber_id, address_key, {columns} FROM audience_subscriber")  # noqa: S608


def unmake(apps: Any, editor: Any) -> None:
    """Back to before."""
    editor.execute("DROP VIEW audience_person")
    for index in INDEXES:
        editor.execute(f"DROP INDEX {index}")


class Migration(migrations.Migration):
    """audience_person is published for searching; its columns are a promise."""

    dependencies = [("audience", "0002_recipient_view")]

    operations = [migrations.RunPython(make, unmake)]

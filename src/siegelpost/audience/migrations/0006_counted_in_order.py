"""To count people: those of a domain by an index, those of a list without a look at each of them."""

from importlib import import_module
from typing import Any

from django.db import migrations

PERSON = import_module("siegelpost.audience.migrations.0003_person_view")
LEAVING = import_module("siegelpost.audience.migrations.0004_leaving_lists")
AT = {"sqlite": "instr", "postgresql": "strpos"}
INDEX = "audience_by_domain"
ON_LIST = """
SELECT l.id AS list_id, m.subscriber_id
  FROM audience_membership m
  JOIN audience_list l ON l.id = m.list_id
 WHERE l.leaving_at IS NULL
"""
"""`l.id`, and not `m.list_id`, lets SQLite begin with the lists that are asked for and look once at each, not once for each member."""


def domain(vendor: str) -> str:
    """From the "@" on, in lower case; an address that we keep has one "@"."""
    key = f"substr(lower(email), {AT[vendor]}(lower(email), '@'))"
    return f'({key}) COLLATE "C"' if vendor == "postgresql" else key


def person(vendor: str, *, with_domain: bool) -> str:
    """What audience_person asks."""
    keys = {**PERSON.keys(vendor), **({"by_domain": domain(vendor)} if with_domain else {})}
    columns = ", ".join(f"{key} AS {name}" for name, key in keys.items())
    return f"SELECT id AS subscriber_id, address_key, {columns} FROM audience_subscriber"  # noqa: S608


def make(apps: Any, editor: Any) -> None:
    """The index and the column that asks in its words."""
    vendor = editor.connection.vendor
    editor.execute(f"CREATE INDEX {INDEX} ON audience_subscriber (({domain(vendor)}))")
    LEAVING.replace(editor, "audience_person", person(vendor, with_domain=True))
    LEAVING.replace(editor, "audience_on_list", ON_LIST)


def unmake(apps: Any, editor: Any) -> None:
    """Back to before; PostgreSQL takes no column out of a view that stands."""
    LEAVING.replace(editor, "audience_on_list", LEAVING.VIEWS["audience_on_list"])
    editor.execute("DROP VIEW audience_person")
    editor.execute(f"CREATE VIEW audience_person AS {person(editor.connection.vendor, with_domain=False)}")
    editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    """audience_person gets the column by_domain ("@example.org"); audience_on_list says the same as before."""

    dependencies = [("audience", "0005_growth_indexes")]

    operations = [migrations.RunPython(make, unmake)]

"""PostgreSQL asks once which lists are going away, and not for each of their members."""

from importlib import import_module
from typing import Any

from django.db import migrations

LEAVING = import_module("siegelpost.audience.migrations.0004_leaving_lists")
BEFORE = import_module("siegelpost.audience.migrations.0006_counted_in_order")


def make(apps: Any, editor: Any) -> None:
    """In the words of before 0006, which also let PostgreSQL see how many members of several lists there are; SQLite is led by its join."""
    if editor.connection.vendor == "postgresql":
        LEAVING.replace(editor, "audience_on_list", LEAVING.VIEWS["audience_on_list"])


def unmake(apps: Any, editor: Any) -> None:
    """Back to before."""
    if editor.connection.vendor == "postgresql":
        LEAVING.replace(editor, "audience_on_list", BEFORE.ON_LIST)


class Migration(migrations.Migration):
    """audience_on_list says the same as before."""

    dependencies = [("audience", "0006_counted_in_order")]

    operations = [migrations.RunPython(make, unmake)]

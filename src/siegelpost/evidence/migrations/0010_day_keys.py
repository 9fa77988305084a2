"""The keys of days leave the database that they open, so that no copy of it has them."""

from typing import Any

from django.db import connections, migrations, models  # noqa: TID251 - the store of keys is no tenant's

STORE = "day_keys"
KEEP = "INSERT INTO day_key (log, day, number, wrapped) VALUES (%s, %s, 0, %s) ON CONFLICT DO NOTHING"


def move(apps: Any, editor: Any) -> None:
    """First they are kept there, then they go here, with their table: whoever is killed in between has them twice, and does it again.

    The store is made before any migration runs. Number 0: a day had one key, and the accesses of that time name none.
    """
    alias = editor.connection.alias
    log = "operator" if alias == "default" else alias.removeprefix("o_")
    with editor.connection.cursor() as here:
        here.execute("SELECT day, wrapped FROM evidence_accesskey ORDER BY day")
        keys = [(log, str(day), bytes(wrapped)) for day, wrapped in here.fetchall()]
    if not keys:
        return
    try:
        with connections[STORE].cursor() as there:
            if connections[STORE].vendor == "sqlite":
                there.execute("PRAGMA synchronous=FULL")  # they survive a power cut before they go here
            there.executemany(KEEP, keys)
    finally:
        connections[STORE].close()


class Migration(migrations.Migration):
    dependencies = [("evidence", "0009_stamps")]

    operations = [
        migrations.RunPython(move, elidable=False),
        migrations.DeleteModel("AccessKey"),
        migrations.AddField("accessentry", "key", models.BigIntegerField(null=True)),
    ]

"""The input log costs an import less: whoever came in this transaction is known by a mark, not by a look into the log for each row."""

# ruff: noqa: S608 - made of words that stand here
from typing import Any

from django.db import migrations, models

NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
COPY = "CASE WHEN EXISTS (SELECT 1 FROM audience_membership m WHERE m.subscriber_id = NEW.subscriber_id AND m.list_id <> NEW.list_id) THEN 3 ELSE 2 END"
KNOWN = "(s.tx = 0 OR NEW.subscriber_id < s.fresh)"


def line(kind: str, person: str, fields: str, more: str = "") -> str:
    """One entry, where the log is on."""
    return (
        f"INSERT INTO evidence_inputentry (at, kind, subscriber_id, fields, tx) "
        f"SELECT {NOW}, {kind}, {person}, {fields}, s.tx FROM evidence_inputswitch s WHERE s.active{more};"
    )


JOINED = line(COPY, "NEW.subscriber_id", "'list:' || NEW.list_id", f" AND {KNOWN}")
LEFT = line("2", "OLD.subscriber_id", "'list:' || OLD.list_id")
SQLITE = {
    "member_in": ("AFTER INSERT ON audience_membership", JOINED),
    "member_up": ("AFTER UPDATE ON audience_membership", LEFT + JOINED),
    "consent_in": ("AFTER INSERT ON consent_consent", line("2", "NEW.subscriber_id", "'consent:' || NEW.list_id", f" AND {KNOWN}")),
}


def make(apps: Any, editor: Any) -> None:
    """By hand: Django would make SQLite's tables anew, and the triggers on them would be gone.

    SQLite has one writer at a time and gives no number twice, so a number says who is new; PostgreSQL looks into the log.
    """
    editor.execute("ALTER TABLE evidence_inputswitch ADD COLUMN fresh bigint NOT NULL DEFAULT 0")
    with editor.connection.cursor() as cursor:
        found = editor.connection.introspection.get_constraints(cursor, "evidence_inputentry")
    for name, facts in found.items():
        if facts["index"] and facts["columns"] == ["at"]:
            editor.execute(f"DROP INDEX {editor.quote_name(name)}")
    if editor.connection.alias == "default" or editor.connection.vendor != "sqlite":
        return
    for name, (when, body) in SQLITE.items():
        editor.execute(f"DROP TRIGGER IF EXISTS inputs_{name}")
        editor.execute(f"CREATE TRIGGER inputs_{name} {when} BEGIN {body} END")


class Migration(migrations.Migration):
    """A mark, and one index less: entries lie in the order of time anyway, near enough for a sweep."""

    dependencies = [("evidence", "0006_access")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("inputswitch", "fresh", models.BigIntegerField(default=0, db_default=0)),
                migrations.AlterField("inputentry", "at", models.DateTimeField()),
            ],
            database_operations=[migrations.RunPython(make, elidable=False)],
        )
    ]

"""A list that is deleted is in nobody's sight at once, although its memberships go in small steps."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

VIEWS = {
    "audience_leaving": "SELECT id AS list_id FROM audience_list WHERE leaving_at IS NOT NULL",
    "audience_on_list": "SELECT list_id, subscriber_id FROM audience_membership WHERE list_id NOT IN (SELECT list_id FROM audience_leaving)",
}
NARROWER = "audience_membership_subscriber_id_0b9fa993"
BEFORE = "SELECT list_id, subscriber_id FROM audience_membership"


def replace(editor: Any, name: str, statement: str) -> None:
    """Other views read it: PostgreSQL changes it in place, SQLite looks for it when it is read."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE OR REPLACE VIEW {name} AS {statement}")
        return
    editor.execute(f"DROP VIEW IF EXISTS {name}")
    editor.execute(f"CREATE VIEW {name} AS {statement}")


def make(apps: Any, editor: Any) -> None:
    """Both views."""
    for name, statement in VIEWS.items():
        replace(editor, name, statement)


def unmake(apps: Any, editor: Any) -> None:
    """Back to before."""
    replace(editor, "audience_on_list", BEFORE)
    editor.execute("DROP VIEW audience_leaving")


class Migration(migrations.Migration):
    """audience_leaving is published: lists that count for nothing any more. audience_on_list leaves them out.

    On which other lists people are is read from one index, for many at once.
    """

    dependencies = [("audience", "0003_person_view")]

    operations = [
        migrations.AddField("subscriberlist", "leaving_at", models.DateTimeField(null=True)),
        migrations.AlterField("subscriberlist", "name", models.CharField(max_length=120)),
        migrations.AddConstraint(
            "subscriberlist",
            models.UniqueConstraint(fields=("name",), condition=models.Q(leaving_at=None), name="audience_list_name_once"),
        ),
        migrations.CreateModel("LeavingList", fields=[], options={"proxy": True, "constraints": []}, bases=("audience.subscriberlist",)),
        migrations.RunPython(make, unmake),
        migrations.AddIndex("membership", models.Index(fields=["subscriber", "list"], name="audience_lists_of_person")),
        # in SQL, because Django would copy the table on SQLite, which it cannot under views
        migrations.RunSQL(
            f"DROP INDEX {NARROWER}",
            f"CREATE INDEX {NARROWER} ON audience_membership (subscriber_id)",
            state_operations=[
                migrations.AlterField(
                    "membership",
                    "subscriber",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="audience.subscriber"),
                ),
            ],
        ),
    ]

from django.db import migrations, models


def line(name: str) -> migrations.SeparateDatabaseAndState:
    """A column of a list. In SQL: views stand on the table, and Django would make it anew on SQLite."""
    field = models.CharField(blank=True, db_default="", default="", max_length=200)
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AddField("subscriberlist", name, field)],
        database_operations=[
            migrations.RunSQL(
                f"ALTER TABLE audience_list ADD COLUMN {name} varchar(200) NOT NULL DEFAULT ''",
                f"ALTER TABLE audience_list DROP COLUMN {name}",
            )
        ],
    )


class Migration(migrations.Migration):
    """Lists say what they are for and why that is allowed; which purposes one mailing may serve together."""

    dependencies = [("audience", "0008_segments")]

    operations = [
        line("purpose"),
        line("ground"),
        migrations.CreateModel(
            "PurposesJoined",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.CharField(max_length=200)),
                ("second", models.CharField(max_length=200)),
                ("instruction_id", models.BigIntegerField()),
                ("actor", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]

from django.db import migrations, models

KNOWN = """
INSERT INTO consent_optout (key, list_id, how, at, received_on, actor)
SELECT key, list_id, source, at, NULL, 'system:migration' FROM consent_suppression WHERE kind = 'optout' AND key IS NOT NULL ORDER BY id
"""
"""Who had opted out before there were lists of it stands on them, too; by whose hand is told by the log."""
FINAL = "ALTER TABLE consent_suppression ADD COLUMN final boolean NOT NULL DEFAULT FALSE"
"""As it stands here, or SQLite would make the table anew, and views hang on it."""
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Opt-outs stand on lists that only grow; what else happens when somebody leaves is set up."""

    dependencies = [("consent", "0015_listed")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(FINAL, "ALTER TABLE consent_suppression DROP COLUMN final")],
            [migrations.AddField("suppression", "final", models.BooleanField(default=False))],
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                ID,
                ("key", models.BinaryField()),
                ("list_id", models.BigIntegerField(null=True)),
                ("how", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("received_on", models.DateField(null=True)),
                ("actor", models.CharField(max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key"], name="consent_optout_key"),
                    models.Index(fields=["at"], name="consent_optout_at"),
                ]
            },
        ),
        migrations.CreateModel(
            name="OptOutAddress",
            fields=[
                ID,
                ("key", models.BinaryField(unique=True)),
                ("email", models.CharField(max_length=254)),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(name="OptOutRules", fields=[ID, ("days", models.IntegerField(default=7))]),
        migrations.CreateModel(
            name="OptOutSetUp",
            fields=[
                ID,
                ("name", models.CharField(max_length=120, unique=True)),
                ("list_ids", models.JSONField(default=list)),
                ("also_ids", models.JSONField(default=list)),
                ("everything", models.BooleanField(default=False)),
                ("blacklist", models.BooleanField(default=False)),
                ("final", models.BooleanField(default=False)),
                ("farewell_id", models.BigIntegerField(null=True)),
                ("notice_email", models.CharField(blank=True, default="", max_length=254)),
                ("hook_url", models.CharField(blank=True, default="", max_length=500)),
                ("hook_secret", models.BinaryField(default=b"")),
                ("active", models.BooleanField(default=True)),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="OptOutNotice",
            fields=[
                ID,
                ("name", models.CharField(max_length=40, unique=True)),
                ("set_up_id", models.BigIntegerField()),
                ("key", models.BinaryField(default=b"")),
                ("sealed", models.BinaryField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("attempts", models.IntegerField(default=0)),
                ("code", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(condition=models.Q(state="waiting"), fields=["due_at"], name="consent_notice_due")]},
        ),
        migrations.CreateModel(
            name="LeavingAsked", fields=[ID, ("key", models.BinaryField()), ("at", models.DateTimeField(db_index=True))]
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

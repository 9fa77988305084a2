"""How many came or joined in a week is counted in an index, without a look at the people themselves."""

import django.db.models.deletion
from django.db import migrations, models

UNNEEDED = "audience_membership_list_id_c957ac21"


class Migration(migrations.Migration):
    """Two indexes in the order of time, to which an import only ever appends; the one over lists alone gives way to one of them."""

    dependencies = [("audience", "0004_leaving_lists")]

    operations = [
        migrations.AddIndex("subscriber", models.Index(fields=["created_at"], name="audience_came")),
        migrations.AddIndex("membership", models.Index(fields=["list", "added_at"], name="audience_joined")),
        # in SQL, because Django would copy the table on SQLite, which it cannot under views
        migrations.RunSQL(
            f"DROP INDEX {UNNEEDED}",
            f"CREATE INDEX {UNNEEDED} ON audience_membership (list_id)",
            state_operations=[
                migrations.AlterField(
                    "membership",
                    "list",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="audience.subscriberlist"),
                ),
            ],
        ),
    ]

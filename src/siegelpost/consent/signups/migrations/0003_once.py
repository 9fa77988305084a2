from django.db import migrations, models

OLDER = """
DELETE FROM signups_signup WHERE EXISTS (
  SELECT 1 FROM signups_signup AS later WHERE later.key = signups_signup.key
  AND (later.requested_at > signups_signup.requested_at OR (later.requested_at = signups_signup.requested_at AND later.id > signups_signup.id))
)
"""
"""Of several that wait for one answer the last stays: its mail lies uppermost in the mailbox."""


class Migration(migrations.Migration):
    """Each address is asked once at a time."""

    dependencies = [("signups", "0002_asked")]

    operations = [
        migrations.RunSQL(OLDER, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="signup", name="signups_key"),
        migrations.AlterField(model_name="signup", name="key", field=models.BinaryField(unique=True)),
    ]

"""By which rule a password was judged. Those that are there keep opening the door; a check counts them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_entry_rules")]

    operations = [
        migrations.AddField("person", "password_rule", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("person", "password_least", models.PositiveSmallIntegerField(default=0)),
    ]

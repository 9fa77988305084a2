"""When a session began, when its person was last seen, whether it is locked; and what tenants ask for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_password_rule")]

    operations = [
        migrations.AddField("session", "began_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "seen_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "locked_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "network", models.CharField(max_length=50, blank=True, default="")),
        migrations.AddField("session", "browser", models.CharField(max_length=60, blank=True, default="")),
        migrations.AddField("session", "agent", models.CharField(max_length=16, blank=True, default="")),
        migrations.AddField("entryrule", "idle_minutes", models.PositiveSmallIntegerField(null=True)),
    ]

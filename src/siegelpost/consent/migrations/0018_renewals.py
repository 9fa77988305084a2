import django.db.models.deletion
from django.db import migrations, models

VIEW = """
CREATE VIEW consent_asked_again AS
SELECT r.mailing_id, a.subscriber_id FROM consent_renewalask a JOIN consent_renewal r ON r.id = a.renewal_id
"""
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """consent_asked_again is published: whom a mailing asks to renew an old consent."""

    dependencies = [("consent", "0017_form_setup")]

    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ID,
                ("mailing_id", models.BigIntegerField(unique=True)),
                ("list_id", models.BigIntegerField()),
                ("months", models.IntegerField()),
                ("days", models.IntegerField()),
                ("cutoff", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RenewalAsk",
            fields=[
                ID,
                ("subscriber_id", models.BigIntegerField()),
                ("answer", models.CharField(blank=True, default="", max_length=7)),
                ("at", models.DateTimeField(null=True)),
                ("renewal", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="consent.renewal")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("renewal", "subscriber_id"), name="consent_asked_once")],
                "indexes": [models.Index(fields=["subscriber_id"], name="consent_asked_of")],
            },
        ),
        migrations.RunSQL(VIEW, "DROP VIEW consent_asked_again"),
    ]

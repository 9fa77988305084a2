from django.db import migrations, models

VIEW = """
CREATE VIEW consent_measured_singly AS
SELECT subscriber_id FROM consent_purposeconsent WHERE purpose = 'measuring' AND withdrawn_at IS NULL
"""


class Migration(migrations.Migration):
    """Consent to purposes beside the e-mails. consent_measured_singly is published: whoever agreed to be measured one by one."""

    dependencies = [("consent", "0012_customers")]

    operations = [
        migrations.CreateModel(
            name="PurposeConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subscriber_id", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=20)),
                ("ground", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=200)),
                ("text_id", models.BigIntegerField(null=True)),
                ("sign_up_id", models.CharField(blank=True, default="", max_length=32)),
                ("snapshot", models.JSONField(default=dict)),
                ("requested_at", models.DateTimeField(null=True)),
                ("granted_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_how", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subscriber_id"], name="consent_purpose_person"),
                    models.Index(condition=models.Q(("sign_up_id__gt", "")), fields=["sign_up_id"], name="consent_purpose_sign_up"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)), fields=("subscriber_id", "purpose"), name="consent_purpose_once"
                    )
                ],
            },
        ),
        migrations.AddField("form", "asks", models.JSONField(default=dict)),
        migrations.RunSQL(VIEW, "DROP VIEW consent_measured_singly"),
    ]

"""Lists of others and the operator's list are reasons of their own; what is kept of such lists, and how far people were compared."""

from django.db import migrations, models

VERDICT = """
CREATE VIEW consent_verdict AS
SELECT m.subscriber_id, m.list_id,
       COALESCE(
         (SELECT SUBSTR(MIN(CASE s.kind WHEN 'complaint' THEN '1complained' WHEN 'optout' THEN '2opted_out' WHEN 'blacklist' THEN '3blacklisted'
                                        WHEN 'parent' THEN '4parents_list' WHEN 'operator' THEN '5operators_list' WHEN 'ecg' THEN '6listed'
                                        WHEN 'robinson' THEN '6listed' WHEN 'retained' THEN '7retained' ELSE '8excluded' END), 2)
            FROM consent_suppression s
           WHERE s.key = r.address_key AND (s.list_id IS NULL OR s.list_id = m.list_id)),
         (SELECT SUBSTR(MIN(CASE s.kind WHEN 'parent' THEN '4parents_list' WHEN 'operator' THEN '5operators_list' ELSE '3blacklisted' END), 2)
            FROM consent_suppression s
           WHERE s.pattern > '' AND LOWER(r.email) LIKE s.pattern ESCAPE '\\'),
         CASE WHEN NOT EXISTS (SELECT 1 FROM consent_consent c
                                WHERE c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                                  AND c.purpose = 'newsletter' AND c.withdrawn_at IS NULL) THEN 'no_consent' END
       ) AS reason
  FROM audience_on_list m
  JOIN audience_recipient r ON r.subscriber_id = m.subscriber_id
"""
"""Reasons and their weight are those of consent/rules.py; a test compares them."""


class Migration(migrations.Migration):
    dependencies = [("consent", "0014_of_imports")]

    operations = [
        migrations.CreateModel(
            "ListState",
            fields=[
                ("source", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("way", models.CharField(max_length=12)),
                ("algorithm", models.CharField(max_length=8)),
                ("version", models.CharField(max_length=80)),
                ("licence", models.CharField(blank=True, default="", max_length=120)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("entries", models.IntegerField(default=0)),
                ("generation", models.BigIntegerField()),
                ("dated", models.BigIntegerField()),
                ("good_until", models.BigIntegerField()),
                ("checked_upto", models.BigIntegerField(default=0)),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            "ListPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=12)),
                ("generation", models.BigIntegerField()),
                ("bucket", models.SmallIntegerField()),
                ("keys", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "generation", "bucket"), name="consent_list_part_once")],
            },
        ),
        migrations.RunSQL(["DROP VIEW consent_verdict", VERDICT]),
    ]

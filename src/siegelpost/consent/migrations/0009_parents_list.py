"""What stands on the list of a client account stands against its sub-accounts' people, too, and is a reason of its own."""

from django.db import migrations, models

VERDICT = """
CREATE VIEW consent_verdict AS
SELECT m.subscriber_id, m.list_id,
       COALESCE(
         (SELECT SUBSTR(MIN(CASE s.kind WHEN 'complaint' THEN '1complained' WHEN 'optout' THEN '2opted_out' WHEN 'blacklist' THEN '3blacklisted'
                                        WHEN 'parent' THEN '4parents_list' WHEN 'retained' THEN '5retained' ELSE '6excluded' END), 2)
            FROM consent_suppression s
           WHERE s.key = r.address_key AND (s.list_id IS NULL OR s.list_id = m.list_id)),
         (SELECT MIN(CASE s.kind WHEN 'parent' THEN 'parents_list' ELSE 'blacklisted' END) FROM consent_suppression s
           WHERE s.pattern > '' AND LOWER(r.email) LIKE s.pattern ESCAPE '\\'),
         CASE WHEN NOT EXISTS (SELECT 1 FROM consent_consent c
                                WHERE c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                                  AND c.purpose = 'newsletter' AND c.withdrawn_at IS NULL) THEN 'no_consent' END
       ) AS reason
  FROM audience_on_list m
  JOIN audience_recipient r ON r.subscriber_id = m.subscriber_id
"""
"""Reasons and their weight are those of consent/rules.py; a test compares them. Of patterns the own one is named first (it is
the smaller word, too)."""


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_doubtful")]

    operations = [
        migrations.CreateModel(
            "BlacklistState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField(default=0)),
                ("taken", models.BigIntegerField(default=-1)),
            ],
        ),
        migrations.RunSQL("INSERT INTO consent_blackliststate (id, version, taken) VALUES (1, 0, -1)", migrations.RunSQL.noop),
        migrations.RunSQL(["DROP VIEW consent_verdict", VERDICT]),
    ]

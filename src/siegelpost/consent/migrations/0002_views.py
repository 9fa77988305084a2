"""The view by which other rooms ask whether a mailing may go to a person: one rule, in the room that owns it."""

from django.db import migrations

VERDICT = """
CREATE VIEW consent_verdict AS
SELECT m.subscriber_id, m.list_id,
       COALESCE(
         (SELECT SUBSTR(MIN(CASE s.kind WHEN 'complaint' THEN '1complained' WHEN 'optout' THEN '2opted_out' WHEN 'blacklist' THEN '3blacklisted'
                                        WHEN 'retained' THEN '4retained' ELSE '5excluded' END), 2)
            FROM consent_suppression s
           WHERE s.key = r.address_key AND (s.list_id IS NULL OR s.list_id = m.list_id)),
         (SELECT 'blacklisted' FROM consent_suppression s
           WHERE s.pattern <> '' AND LOWER(r.email) LIKE s.pattern ESCAPE '\\' LIMIT 1),
         CASE WHEN NOT EXISTS (SELECT 1 FROM consent_consent c
                                WHERE c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                                  AND c.purpose = 'newsletter' AND c.withdrawn_at IS NULL) THEN 'no_consent' END
       ) AS reason
  FROM audience_on_list m
  JOIN audience_recipient r ON r.subscriber_id = m.subscriber_id
"""
"""Reasons and their weight are those of consent/rules.py; a test compares them."""


class Migration(migrations.Migration):
    """consent_verdict is published: for everybody on a list why not to write to them there, NULL where it is allowed."""

    dependencies = [("consent", "0001_initial"), ("audience", "0002_recipient_view")]

    operations = [migrations.RunSQL(VERDICT, "DROP VIEW consent_verdict")]

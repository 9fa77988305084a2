"""For whoever takes people in ranges: who of them is in doubt, found from the people and not from the suppressions."""

from django.db import migrations

DOUBTFUL = """
CREATE VIEW consent_doubtful AS
SELECT r.subscriber_id
  FROM audience_recipient r
 WHERE EXISTS (SELECT 1 FROM consent_suppression s WHERE s.key = r.address_key)
    OR EXISTS (SELECT 1 FROM consent_suppression s WHERE s.pattern > '' AND LOWER(r.email) LIKE s.pattern ESCAPE '\\')
"""


class Migration(migrations.Migration):
    """consent_doubtful names the people of consent_in_doubt."""

    dependencies = [("consent", "0007_in_doubt_looked_up")]

    operations = [migrations.RunSQL(DOUBTFUL, "DROP VIEW consent_doubtful")]

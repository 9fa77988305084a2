"""The views by which other rooms ask for consent and suppression."""

from django.db import migrations


class Migration(migrations.Migration):
    """consent_now, suppression_now and blacklist_patterns are published; their columns are a promise."""

    dependencies = [("consent", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE VIEW consent_now AS SELECT subscriber_id, list_id FROM consent_consent "
            "WHERE withdrawn_at IS NULL AND purpose = 'newsletter'",
            "DROP VIEW consent_now",
        ),
        migrations.RunSQL(
            "CREATE VIEW suppression_now AS SELECT key, list_id, kind FROM consent_suppression WHERE key IS NOT NULL",
            "DROP VIEW suppression_now",
        ),
        migrations.RunSQL(
            "CREATE VIEW blacklist_patterns AS SELECT pattern FROM consent_suppression WHERE pattern <> ''",
            "DROP VIEW blacklist_patterns",
        ),
    ]

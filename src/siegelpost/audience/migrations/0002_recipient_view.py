"""The view that other rooms read people by."""

from django.db import migrations


class Migration(migrations.Migration):
    """audience_recipient and audience_on_list are published; their columns are a promise."""

    dependencies = [("audience", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE VIEW audience_recipient AS SELECT id AS subscriber_id, email, address_key, fields, language FROM audience_subscriber",
            "DROP VIEW audience_recipient",
        ),
        migrations.RunSQL(
            "CREATE VIEW audience_on_list AS SELECT list_id, subscriber_id FROM audience_membership",
            "DROP VIEW audience_on_list",
        ),
    ]

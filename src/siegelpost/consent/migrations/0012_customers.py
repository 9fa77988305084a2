from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether anybody on a list is written to as an existing customer is asked before each launch."""

    dependencies = [("consent", "0011_confirmation_sent")]

    operations = [
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                fields=["list_id"], condition=models.Q(ground="existing_customer", withdrawn_at=None), name="consent_of_customers"
            ),
        ),
    ]

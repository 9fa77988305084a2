from django.db import migrations, models


class Migration(migrations.Migration):
    """The mail that was answered, sealed, beside the consents that it led to."""

    dependencies = [("consent", "0010_unmeasured")]

    operations = [
        migrations.CreateModel(
            name="ConfirmationSent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sign_up_id", models.CharField(max_length=32, unique=True)),
                ("subscriber_id", models.BigIntegerField(db_index=True)),
                ("sealed", models.BinaryField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, default="", max_length=16)),
            ],
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0004_domain_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailing",
            name="pace",
            field=models.JSONField(default=dict),
        ),
    ]

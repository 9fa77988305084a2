from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0002_allowed_hosts"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailing",
            name="start_at",
            field=models.DateTimeField(null=True),
        ),
    ]

"""A token reaches less far than its owner, where somebody wants that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_invitations")]

    operations = [
        migrations.AddField(model_name="token", name="limits", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="token", name="areas", field=models.JSONField(default=list)),
    ]

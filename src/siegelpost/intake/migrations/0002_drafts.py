from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.AlterField("importjob", "state", models.CharField(max_length=12)),
        migrations.AddField("importjob", "actor", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("importjob", "plan", models.JSONField(default=dict)),
        migrations.AddField("importjob", "size", models.BigIntegerField(default=0)),
        migrations.AddField("importjob", "done", models.BigIntegerField(default=0)),
    ]

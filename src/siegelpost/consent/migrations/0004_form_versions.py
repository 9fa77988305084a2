from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_pattern_index")]

    operations = [
        migrations.AddField("form", "button", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("form", "wordings", models.JSONField(default=list)),
        migrations.AddField("form", "version", models.IntegerField(default=1)),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pace", "0001_initial")]

    operations = [
        migrations.AddField(model_name="receivers", name="hosts", field=models.JSONField(default=list)),
        migrations.CreateModel(
            name="MailHosts",
            fields=[
                ("domain", models.CharField(max_length=253, primary_key=True, serialize=False)),
                ("hosts", models.JSONField()),
                ("seen_at", models.DateTimeField(db_index=True)),
                ("again_at", models.DateTimeField()),
            ],
        ),
    ]

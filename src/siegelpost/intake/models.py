"""What was imported."""

from django.db import models

from siegelpost.tenancy.narrowing import by_list


class ImportJob(models.Model):
    """One file, from start to finish."""

    list_id = models.BigIntegerField()
    """0 until the list is chosen."""
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    ground = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    mode = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    """draft (uploaded, nothing written yet), running, interrupted, done or failed."""
    actor = models.CharField(max_length=40, blank=True, default="")
    """As in the log: "staff:7", "operator"."""
    plan = models.JSONField(default=dict)
    """What the assistant was told so far (intake/plans.py)."""
    size = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    """Bytes of the file that are read."""
    rows = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.JSONField(default=dict)
    refused_file = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    narrow = staticmethod(by_list("list_id"))

    class Meta:
        app_label = "intake"

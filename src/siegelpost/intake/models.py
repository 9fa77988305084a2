"""What was imported."""

from typing import Any

from django.db import models


def _of_list_or_begun(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those into the lists within the limits, and files that somebody uploaded themselves and has not started."""
    if tenant.scope.lists is None:
        return rows
    mine = models.Q(state="draft", actor=tenant.scope.actor) if tenant.scope.actor else models.Q(pk__in=())
    return rows.filter(models.Q(list_id__in=sorted(tenant.scope.lists)) | mine)


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

    narrow = staticmethod(_of_list_or_begun)

    class Meta:
        app_label = "intake"

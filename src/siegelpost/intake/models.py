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


class Sample(models.Model):
    """People of one or several imports who were drawn, so that their consent is shown before anybody of them gets mail."""

    seed = models.CharField(max_length=64)
    """32 random bytes in hex: who is drawn follows from it. The log has its hash from the beginning, and the seed itself at the end."""
    state = models.CharField(max_length=8, default="waiting")
    """waiting, proven or closed (intake/sample_rules.py)."""
    people = models.IntegerField()
    """Of how many they were drawn."""
    drawn_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "intake"


class SampledImport(models.Model):
    """An import whose people the sample speaks for."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT)
    import_id = models.BigIntegerField(unique=True)

    class Meta:
        app_label = "intake"


class SampledPerson(models.Model):
    """Somebody who was drawn, and what was shown of their consent."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT)
    number = models.IntegerField()
    """Their place in the sample, from 1 on."""
    subscriber_id = models.BigIntegerField(null=True)
    """Null once they are erased."""
    state = models.CharField(max_length=8, default="open")
    """open, shown, missing or gone."""
    digest = models.CharField(max_length=64, blank=True, default="")
    """SHA-256 of the document in hex, which lies sealed in the tenant's folder; "" where none was shown."""
    actor = models.CharField(max_length=40, blank=True, default="")
    """Who accepted or refused it, as in the log."""
    at = models.DateTimeField(null=True)

    class Meta:
        app_label = "intake"
        constraints = (models.UniqueConstraint(fields=("sample", "number"), name="intake_drawn_once"),)


class SampleRule(models.Model):
    """Above how many people some are drawn; the latest row holds. Written once."""

    above = models.BigIntegerField()
    """0: never."""
    instruction_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        app_label = "intake"

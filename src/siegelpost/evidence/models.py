"""One act that matters."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """Written once, never changed: the runtime role may only insert, SQLite refuses by trigger."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    """"room.what", e.g. "consent.withdrawn"."""
    subject = models.CharField(max_length=80, blank=True)
    """What it was done to, by id: "subscriber:17", "mailing:3"."""
    details = models.JSONField(default=dict)

    class Meta:
        app_label = "evidence"
        # asked on the page of each subscriber: without it the whole log would be read
        indexes = (models.Index(fields=("subject", "id"), name="evidence_by_subject"),)

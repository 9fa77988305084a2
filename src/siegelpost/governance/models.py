"""What was found about controls last."""

from django.db import models


class LastResult(models.Model):
    """The newest result of one check."""

    control = models.CharField(max_length=10, primary_key=True)
    """Id in the catalogue."""
    state = models.CharField(max_length=12)
    """green, amber, red or not_set_up; that it expired follows from `checked_at`."""
    evidence = models.JSONField(default=dict)
    since = models.DateTimeField()
    """When it got this state."""
    checked_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    """When it was written into the log last."""

    class Meta:
        abstract = True


class Result(LastResult):
    """About one tenant, in its own database."""

    class Meta:
        app_label = "governance"

"""Tenants that go, in the control database; Django finds them through `models`."""

from django.db import models


class Departure(models.Model):
    """A tenant that is being erased, or was. The row stays when everything else is gone: it is the proof that it went."""

    number = models.BigIntegerField(primary_key=True)
    """That the tenant had; no other tenant ever gets it."""
    slug = models.CharField(max_length=30, db_index=True)
    """A later tenant may have the same."""
    name = models.CharField(max_length=200)
    own = models.BooleanField()
    vendor = models.CharField(max_length=12)
    actor = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    """Why, with which approval and which export, and the last checkpoint of its log."""
    steps = models.JSONField(default=dict)
    """Code of a step -> when it was done and what it found."""
    sealed = models.BinaryField(default=b"")
    """What is looked for afterwards, sealed with the tenant's key; empty when it is done."""
    done_at = models.DateTimeField(null=True)
    certificate = models.JSONField(null=True)

    class Meta:
        app_label = "tenancy"

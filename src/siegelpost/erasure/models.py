"""Erasures, and what stays after one."""

from django.db import models
from django.db.models import Q


class Erasure(models.Model):
    """One person is erased. While it goes on it knows whom; afterwards it names nobody."""

    key = models.BinaryField()
    """Keyed hash of the address."""
    sealed = models.BinaryField()
    """Address, numbers and values of the person, sealed with the tenant's file key; empty when it is done."""
    receipt = models.CharField(max_length=19)
    """What the person gets: a keyed hash, in 16 letters and digits."""
    actor = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    stores = models.JSONField(default=dict)
    """Code of a store -> {"removed": n, "removing": n}; "removing" stands while a store outside the database is stripped."""
    swept_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    certificate = models.JSONField(null=True)

    class Meta:
        app_label = "erasure"
        constraints = (models.UniqueConstraint(fields=("key",), condition=Q(done_at=None), name="erasure_going_on_once"),)
        indexes = (models.Index(fields=("receipt",), name="erasure_by_receipt"), models.Index(fields=("key",), name="erasure_by_key"))


class Kept(models.Model):
    """What must still be answered of a person who was erased. Found by whoever names the address; deleted when its time is over."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT)
    key = models.BinaryField(db_index=True)
    what = models.CharField(max_length=10)
    """consent or outflows."""
    sealed = models.BinaryField()
    until = models.DateTimeField(db_index=True)
    """Deleted from this moment on."""

    class Meta:
        app_label = "erasure"

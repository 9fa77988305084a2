"""Lists of others as a tenant uses them: how old each is, what stands on it as keyed hashes, and how far people were compared."""

from django.db import models


class ListState(models.Model):
    """One list of others; without a row the tenant uses none."""

    source = models.CharField(max_length=12, primary_key=True)
    """ecg or robinson."""
    way = models.CharField(max_length=12)
    """How it is asked: file."""
    algorithm = models.CharField(max_length=8)
    """What its entries are: sha1, and so on."""
    version = models.CharField(max_length=80)
    licence = models.CharField(max_length=120, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    """SHA-256 of the file in hex."""
    entries = models.IntegerField(default=0)
    generation = models.BigIntegerField()
    """Microseconds since 1970 when it was taken over: names the parts that count."""
    dated = models.BigIntegerField()
    """As of when it is; this and the next in seconds since 1970."""
    good_until = models.BigIntegerField()
    """Nothing is sent by it from then on. Follows from `dated` and a setting, and is kept because each claim asks."""
    checked_upto = models.BigIntegerField(default=0)
    """Subscribers up to this number were compared with this generation."""
    taken_at = models.DateTimeField()

    class Meta:
        app_label = "consent"


class ListPart(models.Model):
    """The entries of a list that begin with the same byte, sorted, 16 bytes each: a list of 200,000 is 256 rows of 12 kB."""

    source = models.CharField(max_length=12)
    generation = models.BigIntegerField()
    bucket = models.SmallIntegerField()
    keys = models.BinaryField()

    class Meta:
        app_label = "consent"
        constraints = (models.UniqueConstraint(fields=("source", "generation", "bucket"), name="consent_list_part_once"),)

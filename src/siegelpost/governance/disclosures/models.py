"""Outflows of personal data. What is recorded never changes; whose data it was can be told for some years only."""

from typing import ClassVar

from django.db import models


class Disclosure(models.Model):
    """Personal data went out: to whom, what, whose, why, how. Written once."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20)
    recipient = models.CharField(max_length=200)
    """A person or body; "staff:5" or "operator" where it is the one who acted."""
    categories = models.JSONField(default=list)
    records = models.BigIntegerField()
    people = models.CharField(max_length=80)
    """Whose data, by rule: "list:3", "mailing:7", "everybody"."""
    purpose = models.CharField(max_length=200)
    ground = models.CharField(max_length=200)
    instruction_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the file in hex, "" where there is none."""
    size = models.BigIntegerField(null=True)
    """Bytes of the file as it leaves; None where there is none, or nobody knew before it left."""
    act = models.CharField(max_length=60)
    """By which act of the log it went out."""
    actor = models.CharField(max_length=80)
    salt = models.BinaryField()
    marks_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 over the marks in hex, "" where the rule says all."""

    class Meta:
        app_label = "disclosures"


class Marks(models.Model):
    """Whose data an outflow held: keyed hashes of numbers and addresses, sorted. Deleted after some years."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT)
    part = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        app_label = "disclosures"
        constraints = (models.UniqueConstraint(fields=("disclosure", "part"), name="disclosures_marks_once"),)


class HandedOut(models.Model):
    """What the doors counted by themselves: what went out on a day (UTC). The register is held against it."""

    day = models.DateField()
    act = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    files = models.BigIntegerField(default=0)
    """Or answers to programs."""
    bytes = models.BigIntegerField(default=0)
    people = models.BigIntegerField(default=0, db_default=0)
    """In answers, where the door sees them; in files it does not look."""

    class Meta:
        app_label = "disclosures"
        constraints = (models.UniqueConstraint(fields=("day", "act", "channel"), name="disclosures_handed_out_once"),)


class Beginning(models.Model):
    """The register is kept from here on: what the log says up to this entry came before it. One row, written once."""

    append_only: ClassVar[bool] = True

    entry_id = models.BigIntegerField()

    class Meta:
        app_label = "disclosures"

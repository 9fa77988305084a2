"""Hand-overs and what became of them. Nothing here is ever changed: what happens later is a row of its own."""

from typing import ClassVar

from django.db import models


class HandOver(models.Model):
    """What is to be handed to whom, and why. Written once."""

    append_only: ClassVar[bool] = True

    receiver = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    """The number on file, to which a password may be said."""
    purpose = models.CharField(max_length=500)
    categories = models.CharField(max_length=500)
    records = models.BigIntegerField()
    format = models.CharField(max_length=8)
    source = models.CharField(max_length=40)
    """upload, list:ID or mailing:ID."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the file before it was encrypted, in hex."""
    size = models.BigIntegerField()
    deviation_id = models.BigIntegerField(null=True)
    """On which deviation it rests, None for the default."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "handover"


class Encryption(models.Model):
    """The file as it leaves; of its password only a mark. Written once."""

    append_only: ClassVar[bool] = True

    hand_over = models.OneToOneField(HandOver, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    algorithm = models.CharField(max_length=60)
    password_letters = models.SmallIntegerField()
    """0 where there is no password."""
    password_digest = models.CharField(max_length=64, blank=True)
    """Keyed hash, by which a text that holds the password is recognised."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "handover"


class Step(models.Model):
    """What happened to the file: released by the scanner or at somebody's risk, taken, destroyed. Written once."""

    append_only: ClassVar[bool] = True

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT)
    step = models.CharField(max_length=12)
    outgoing_id = models.BigIntegerField(null=True)
    """The mail that carries it."""
    note = models.CharField(max_length=120, blank=True)
    """Version of the scanner."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "handover"
        constraints = (
            models.UniqueConstraint(fields=("hand_over", "step"), name="handover_step_once"),
            models.UniqueConstraint(
                fields=("hand_over",), condition=models.Q(step__in=("downloaded", "mailed", "destroyed")), name="handover_gone_once"
            ),
        )


class PasswordPath(models.Model):
    """By which path a password went, in the words of whoever says so. Written once."""

    append_only: ClassVar[bool] = True

    hand_over = models.OneToOneField(HandOver, on_delete=models.PROTECT)
    path = models.CharField(max_length=16)
    to_whom = models.CharField(max_length=120)
    target = models.CharField(max_length=254, blank=True)
    """The number called, or the address written to."""
    went_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "handover"


class Deviation(models.Model):
    """A weaker way that a tenant has instructed, with the risk as it was shown. Written once."""

    append_only: ClassVar[bool] = True

    weakness = models.CharField(max_length=20)
    instruction_id = models.BigIntegerField()
    risk = models.TextField()
    until = models.DateField()
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "handover"


class UnscannedRisk(models.Model):
    """Until when uploads may go unscanned where no scanner answers; the newest row counts. Written once."""

    append_only: ClassVar[bool] = True

    reason = models.CharField(max_length=500)
    until = models.DateField(null=True)
    """None: no longer."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "handover"

"""What is stored about single people who agreed to be measured, and by what right."""

from django.db import models


class Opening(models.Model):
    """A tenant may measure single people, by one instruction, from one moment to another."""

    instruction_id = models.BigIntegerField()
    purpose = models.CharField(max_length=300)
    mode = models.CharField(max_length=12)
    """personalised, named-opens or named-clicks: the figures that were instructed."""
    list_ids = models.JSONField()
    until = models.DateTimeField()
    """First moment at which the instruction holds no longer."""
    opened_at = models.DateTimeField()
    asleep = models.BooleanField(default=False)
    """Duties are not confirmed for this year: nothing new is launched with it."""
    closed_at = models.DateTimeField(null=True)
    closed_how = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        app_label = "singly"


class Duties(models.Model):
    """Somebody entitled confirmed that the tenant keeps its duties towards those who are measured. Written once."""

    append_only = True

    confirmed_by = models.CharField(max_length=120)
    information = models.CharField(max_length=500)
    """Where people are told of it."""
    consent_text = models.CharField(max_length=500)
    ground = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        app_label = "singly"


class Event(models.Model):
    """One person asked for one target of a mailing: how often, and when first and last, to the minute."""

    mailing_id = models.BigIntegerField()
    variant_id = models.BigIntegerField()
    position = models.IntegerField()
    subscriber_id = models.BigIntegerField()
    n = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        app_label = "singly"
        constraints = (models.UniqueConstraint(fields=("subscriber_id", "variant_id", "position"), name="singly_event_once"),)
        indexes = (models.Index(fields=("mailing_id",), name="singly_event_mailing"),)


class Refused(models.Model):
    """Requests by personal links of a mailing that named nobody: consent withdrawn, instruction over, key destroyed. A number alone."""

    mailing_id = models.BigIntegerField(primary_key=True)
    n = models.BigIntegerField(default=0)

    class Meta:
        app_label = "singly"


class Taken(models.Model):
    """A file of the edge that is in this tenant's table; the row goes when the file is gone."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        app_label = "singly"


class Certificate(models.Model):
    """That what was personal is anonymous for good. Written once, when nothing personal was left."""

    append_only = True

    said = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        app_label = "singly"

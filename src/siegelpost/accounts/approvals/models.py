"""Rules, requests and what became of them. Nothing here is ever changed: what happens later is a row of its own."""

from typing import ClassVar

from django.db import models

from siegelpost.tenancy.narrowing import anything


class Rule(models.Model):
    """From this moment on an act needs a second person, or does not. Written once; the newest of an act holds."""

    append_only: ClassVar[bool] = True

    act = models.CharField(max_length=40)
    needed = models.BooleanField()
    threshold = models.BigIntegerField(default=0)
    own_right = models.BooleanField(default=False)
    """Whether whoever decides must be allowed the act themselves."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "approvals"
        indexes = (models.Index(fields=("act", "id"), name="approvals_rule_of_act"),)


class Request(models.Model):
    """Somebody wants to do something for which a second person is needed. Written once."""

    append_only: ClassVar[bool] = True

    act = models.CharField(max_length=40)
    matter = models.CharField(max_length=80)
    """What it is done to, by id: "mailing:3"."""
    what = models.TextField()
    """Exactly what shall be done, as canonical JSON (RFC 8785)."""
    digest = models.CharField(max_length=64)
    """SHA-256 of it, in hex."""
    reason = models.CharField(max_length=500)
    asked_by = models.BigIntegerField()
    """Number of the person who asks."""
    mailbox = models.CharField(max_length=254)
    """Of that person, to tell two accounts of one human apart from two humans."""
    asked_at = models.DateTimeField()

    class Meta:
        app_label = "approvals"
        indexes = (models.Index(fields=("matter", "id"), name="approvals_request_of_matter"),)


class Decision(models.Model):
    """A second person agreed, or did not. Written once, and once for each request."""

    append_only: ClassVar[bool] = True

    request = models.OneToOneField(Request, on_delete=models.PROTECT)
    agreed = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    own_right = models.BooleanField()
    """Whether it was shown that whoever decided may do the act themselves."""
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "approvals"


class End(models.Model):
    """What became of a request: done, or over without that. Written once, so that nothing is done twice."""

    append_only: ClassVar[bool] = True

    request = models.OneToOneField(Request, on_delete=models.PROTECT)
    how = models.CharField(max_length=12)
    """done, taken_back, replaced, left or expired."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "approvals"


class BulkReading(models.Model):
    """How many people one program read on one day (UTC)."""

    actor = models.CharField(max_length=80)
    day = models.DateField()
    people = models.BigIntegerField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "approvals"
        constraints = (models.UniqueConstraint(fields=("actor", "day"), name="approvals_read_once_a_day"),)

"""What came back."""

from typing import Any

from django.db import models
from django.db.models import Q

from siegelpost.mailings.reads import of_mailing


def _of_event(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """What another server wrote may name the address, whole."""
    if tenant.scope.hides_addresses:
        return rows.none()
    return rows if tenant.scope.lists is None else rows.filter(event_id__in=tenant.objects(Event).values("pk"))


def _written(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """What people write may name anything of them: to whoever does not see all of it nothing is shown."""
    return rows.none() if tenant.scope.hidden else of_mailing(tenant, rows)


class Event(models.Model):
    """A bounce, complaint or unsubscription of one delivery."""

    kind = models.CharField(max_length=12)
    """hard, soft, policy, full, complaint or unsubscribe."""
    mailing_id = models.BigIntegerField()
    delivery_id = models.BigIntegerField(null=True)
    subscriber_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=16, blank=True, default="")
    at = models.DateTimeField()

    narrow = staticmethod(of_mailing)

    class Meta:
        app_label = "feedback"
        indexes = (
            models.Index(fields=("mailing_id", "kind"), name="feedback_by_mailing"),
            models.Index(fields=("at",), condition=Q(kind__in=("hard", "soft", "policy", "full")), name="feedback_bounces"),
            models.Index(fields=("subscriber_id",), name="feedback_of_person"),
        )
        constraints = (
            models.UniqueConstraint(fields=("delivery_id",), condition=Q(kind="hard"), name="feedback_one_hard_bounce"),
            models.UniqueConstraint(
                fields=("mailing_id", "subscriber_id", "kind"),
                condition=Q(kind__in=("complaint", "unsubscribe")),
                name="feedback_once_per_person",
            ),
        )


class ReturnedText(models.Model):
    """What the other server wrote about one bounce, sealed with the tenant's file key."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    narrow = staticmethod(_of_event)

    class Meta:
        app_label = "feedback"
        indexes = (models.Index(fields=("at",), name="feedback_texts_by_age"),)


class Reply(models.Model):
    """An answer to a sender that was read as a withdrawal, and what it changed."""

    digest = models.BinaryField(unique=True)
    """Keyed hash that tells this message from others: the same one counts once."""
    subscriber_id = models.BigIntegerField(null=True)
    """Null: nobody here has that address."""
    key = models.BinaryField()
    mailing_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()
    """What was written, sealed with the tenant's file key; empty after 90 days."""
    changed = models.JSONField()
    corrected_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    narrow = staticmethod(_written)

    class Meta:
        app_label = "feedback"
        indexes = (models.Index(fields=("at",), name="feedback_replies_by_age"),)


class DomainReport(models.Model):
    """What one receiver reported about one day of mail in the name of a sender domain."""

    digest = models.BinaryField(unique=True)
    """Hash of reporter, its number and the domain: the same report counts once."""
    domain_id = models.BigIntegerField()
    kind = models.CharField(max_length=5)
    """dmarc or tls."""
    reporter = models.CharField(max_length=120)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        app_label = "feedback"
        indexes = (
            models.Index(fields=("domain_id", "day"), name="feedback_reports_of_domain"),
            models.Index(fields=("day",), name="feedback_reports_by_age"),
        )


class DomainReportLine(models.Model):
    """How many messages or sessions of a report had the same source and result."""

    report = models.ForeignKey(DomainReport, on_delete=models.CASCADE, related_name="lines")
    source = models.CharField(max_length=45, blank=True, default="")
    """Address of the host that sent; empty for TLS, and for all sources beyond the first 500 of a report."""
    result = models.CharField(max_length=40)
    policy = models.CharField(max_length=20, blank=True, default="")
    """What the receiver did (none, quarantine, reject), or the kind of TLS policy."""
    count = models.BigIntegerField()

    class Meta:
        app_label = "feedback"


class MailingBrake(models.Model):
    """How one mailing fares at one receiving provider, where that was ever a reason to warn."""

    mailing_id = models.BigIntegerField()
    receivers = models.CharField(max_length=253)
    """Name of a known provider, else the domain."""
    cause = models.CharField(max_length=12)
    """complaint or hard."""
    level = models.SmallIntegerField()
    """0 nothing any more, 1 warned about, 2 slowed down, 3 stopped until an operator releases it."""
    cases = models.BigIntegerField()
    of = models.BigIntegerField()
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        app_label = "feedback"
        constraints = (models.UniqueConstraint(fields=("mailing_id", "receivers", "cause"), name="feedback_one_brake"),)


class BounceCount(models.Model):
    """Hard bounces of one address in a row; a delivery in between sets it back."""

    key = models.BinaryField(unique=True)
    hard_in_a_row = models.SmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        app_label = "feedback"

"""Old consents that people are asked to renew."""

from django.db import models


class Renewal(models.Model):
    """One mailing that asks: whose consent for a list is older than so many months says whether they want to go on."""

    mailing_id = models.BigIntegerField(unique=True)
    list_id = models.BigIntegerField()
    months = models.IntegerField()
    days = models.IntegerField()
    """For an answer, from the end of the mailing on; then silence ends the consent."""
    cutoff = models.DateTimeField(null=True)
    """Older consents are asked about; set when the mailing is launched."""
    closed_at = models.DateTimeField(null=True)
    """When silence was taken for an answer."""
    created_at = models.DateTimeField()

    class Meta:
        app_label = "consent"


class RenewalAsk(models.Model):
    """Somebody who is asked, and what they answered."""

    renewal = models.ForeignKey(Renewal, on_delete=models.CASCADE)
    subscriber_id = models.BigIntegerField()
    answer = models.CharField(max_length=7, blank=True, default="")
    """"" while there is none, keep, or silence."""
    at = models.DateTimeField(null=True)

    class Meta:
        app_label = "consent"
        constraints = (models.UniqueConstraint(fields=("renewal", "subscriber_id"), name="consent_asked_once"),)
        indexes = (models.Index(fields=("subscriber_id",), name="consent_asked_of"),)

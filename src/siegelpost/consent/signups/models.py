"""People who asked and have not confirmed yet."""

from django.db import models


class SignUp(models.Model):
    """A request that waits for its confirmation, and goes when it expires."""

    id = models.CharField(max_length=32, primary_key=True)
    """Hexadecimal UUID, the content of the link."""
    form_slug = models.CharField(max_length=40)
    email = models.CharField(max_length=254)
    key = models.BinaryField(unique=True)
    """Each address is asked once at a time."""
    fields = models.JSONField(default=dict)
    list_ids = models.JSONField()
    language = models.CharField(max_length=2)
    text_id = models.BigIntegerField()
    snapshot = models.JSONField(default=dict)
    """The form as it was shown."""
    asked = models.BinaryField(null=True)
    """The confirmation mail as it was queued, sealed with the tenant's key; see `consent.confirmations`."""
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "signups"
        indexes = (models.Index(fields=("expires_at",), name="signups_expiry"),)


class SignUpBlock(models.Model):
    """Someone who did not ask: no further confirmations to this address until then."""

    key = models.BinaryField(unique=True)
    until = models.DateTimeField()

    class Meta:
        app_label = "signups"

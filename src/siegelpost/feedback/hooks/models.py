"""Addresses that mail providers post to, and what they posted, in the control database."""

from django.db import models


class Hook(models.Model):
    """One address for one account with a provider."""

    number = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=10)
    tenant_number = models.BigIntegerField(null=True)
    """Only mail of this tenant counts; None: of whichever tenant our own marks in the mail name."""
    digest = models.BinaryField(unique=True)
    """SHA-256 of the secret part of the address, which is shown once."""
    sealed = models.BinaryField()
    """What proves a post, wrapped by the master key."""
    notice = models.TextField(blank=True, default="")
    """An address at Amazon that the operator is to open: a confirmation, or a certificate."""
    made_at = models.DateTimeField()

    class Meta:
        app_label = "hooks"


class Post(models.Model):
    """What was posted and is genuine: it waits to be worked off; afterwards its mark stays, so that it counts once."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE)
    mark = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    """The body, sealed with a key of the installation; empty when it is worked off."""
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """None when it is worked off."""
    done = models.IntegerField(default=0)
    """Its first events that are done."""
    tries = models.SmallIntegerField(default=0)
    """How often the next event failed."""

    class Meta:
        app_label = "hooks"
        indexes = (models.Index(fields=("due_at",), condition=models.Q(due_at__isnull=False), name="hooks_due"),)


class Count(models.Model):
    """How many posts and events of one kind an address had."""

    hook_number = models.BigIntegerField()
    """0 for posts to addresses that are not ours."""
    what = models.CharField(max_length=12)
    n = models.BigIntegerField(default=0)

    class Meta:
        app_label = "hooks"
        constraints = (models.UniqueConstraint(fields=("hook_number", "what"), name="hooks_count_once"),)

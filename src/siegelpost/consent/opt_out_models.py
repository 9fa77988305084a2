"""The opt-out lists, and what a tenant sets up for whoever leaves."""

from typing import ClassVar

from django.db import models


class OptOut(models.Model):
    """One line of the opt-out lists: somebody wants no mail, of one list or at all. Written once, never changed, never removed.

    What keeps mail away is the suppression of the same moment; these lines say when and how it came about, whatever is lifted later.
    """

    append_only: ClassVar[bool] = True

    key = models.BinaryField()
    """As in Suppression."""
    list_id = models.BigIntegerField(null=True)
    """Null: of everything."""
    how = models.CharField(max_length=80)
    """A code of `words.WAYS`, or the source that a file was said to have."""
    at = models.DateTimeField()
    received_on = models.DateField(null=True)
    """The day on which a letter or a call came in."""
    actor = models.CharField(max_length=80)

    class Meta:
        app_label = "consent"
        indexes = (models.Index(fields=("key",), name="consent_optout_key"), models.Index(fields=("at",), name="consent_optout_at"))


class OptOutAddress(models.Model):
    """The address of somebody who opted out, until it is anonymised: then only the keyed hash is left of it."""

    key = models.BinaryField(unique=True)
    email = models.CharField(max_length=254)
    until = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "consent"


class OptOutSetUp(models.Model):
    """What happens beside the withdrawal itself when somebody leaves."""

    name = models.CharField(max_length=120, unique=True)
    list_ids = models.JSONField(default=list)
    """For withdrawals from one of these lists; empty: from any."""
    also_ids = models.JSONField(default=list)
    """Lists that end as well."""
    everything = models.BooleanField(default=False)
    """All lists end, and no later one begins without a new consent."""
    blacklist = models.BooleanField(default=False)
    final = models.BooleanField(default=False)
    """A new double opt-in does not lift the opt-out."""
    farewell_id = models.BigIntegerField(null=True)
    """The dialog mailing that says good-bye."""
    notice_email = models.CharField(max_length=254, blank=True, default="")
    hook_url = models.CharField(max_length=500, blank=True, default="")
    hook_secret = models.BinaryField(default=b"")
    """Sealed with the tenant's key."""
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "consent"


class OptOutRules(models.Model):
    """The one row of what the tenant chose for all opt-outs."""

    days = models.IntegerField(default=7)
    """After so many days an address on the opt-out lists is anonymised."""

    class Meta:
        app_label = "consent"


class OptOutNotice(models.Model):
    """A message to a program of the tenant's that somebody left."""

    name = models.CharField(max_length=40, unique=True)
    """The same in every try."""
    set_up_id = models.BigIntegerField()
    key = models.BinaryField(default=b"")
    sealed = models.BinaryField()
    """What is told, under the tenant's key; empty once it was told or given up, as the key is."""
    state = models.CharField(max_length=8, default="waiting")
    """waiting, told or given_up."""
    attempts = models.IntegerField(default=0)
    code = models.IntegerField(default=0)
    """What the program answered last, 0 where nothing came."""
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "consent"
        indexes = (models.Index(fields=("due_at",), condition=models.Q(state="waiting"), name="consent_notice_due"),)


class LeavingAsked(models.Model):
    """A mail with a link to leave, asked for on the public page; kept for a day."""

    key = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "consent"

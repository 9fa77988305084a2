"""People who leave, and what there is to do about it."""

from django.db import models


class Leaving(models.Model):
    """The off-boarding of one person from one tenant, or from the house."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    tenant_number = models.BigIntegerField(db_index=True)
    """0 for the whole house."""
    last_day = models.DateField()
    """On which the person may still come in."""
    ends_at = models.DateTimeField()
    """The moment from which nothing opens."""
    heir_id = models.BigIntegerField(null=True)
    """Who takes over open requests, and administers from then on what nobody else does."""
    unheired = models.BooleanField(default=False)
    """Two who run the installation agreed that a tenant is left without anybody who administers it."""
    by = models.CharField(max_length=40)
    """Who began it; see `base.actor.Actor`."""
    created_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)
    """When all of it was taken away."""
    withdrawn_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    """When the person was let in there again: from then on nothing is looked for."""
    closed_at = models.DateTimeField(null=True)
    """When the last task was done."""
    keeps_shut = models.BooleanField(default=False)
    """The account is blocked because of this; false again once its person was let in somewhere."""

    class Meta:
        app_label = "accounts"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "tenant_number"),
                condition=models.Q(acted_at=None, withdrawn_at=None),
                name="accounts_leaving_planned_once",
            ),
        )


class LeavingTask(models.Model):
    """Something that a person must do about a leaver, because the system cannot."""

    leaving = models.ForeignKey(Leaving, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=10)
    """A word of `leaving_rules.KINDS`."""
    words = models.CharField(max_length=200)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    """For example the number of a receipt."""

    class Meta:
        app_label = "accounts"


class LeavingPlan(models.Model):
    """Which tasks an off-boarding of a tenant (0: of the house) begins with, where it does not take those that come along."""

    tenant_number = models.BigIntegerField(primary_key=True)
    lines = models.JSONField()
    """Kind -> words of each task."""
    days = models.JSONField()
    """Kind -> days after the last one until they are due."""
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"

"""People on lists."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from siegelpost.tenancy.narrowing import by_list


def _within_folders(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows if tenant.scope.folders is None else rows.filter(pk__in=sorted(tenant.scope.folders))


def _not_hidden(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """A hidden field is as if it were not: no form asks for it, no column holds it, no file brings it."""
    return rows.exclude(alias__in=sorted(tenant.scope.hidden))


def _on_a_list(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Whoever is on a list within the limits. What of them is hidden, their readers leave out (`reads.shown`)."""
    if tenant.scope.lists is None:
        return rows
    return rows.filter(models.Exists(tenant.objects(Membership).filter(subscriber_id=models.OuterRef("pk"))))


class Folder(models.Model):
    """Lists are kept in folders; a folder without parent is at the top."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    narrow = staticmethod(_within_folders)

    class Meta:
        app_label = "audience"


class _Here(models.Manager[Any]):
    leaving = False

    def get_queryset(self) -> models.QuerySet[Any]:
        """Django: all that anybody finds."""
        return super().get_queryset().filter(leaving_at__isnull=not self.leaving)


class _Leaving(_Here):
    leaving = True


class SubscriberList(models.Model):
    """A list that people subscribe to. Whoever looks for lists finds those that are not going away."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    purpose = models.CharField(max_length=200, blank=True, default="", db_default="")
    """What its people are written to for, one line; "" where nobody has said it."""
    ground = models.CharField(max_length=200, blank=True, default="", db_default="")
    """Why that is allowed (Art. 6 GDPR), one line."""
    folder = models.ForeignKey(Folder, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    leaving_at = models.DateTimeField(null=True)
    """When somebody deleted it; the row stays until the last membership is gone (audience/leaving.py)."""

    objects: ClassVar[_Here] = _Here()

    narrow = staticmethod(by_list("pk"))

    class Meta:
        app_label = "audience"
        db_table = "audience_list"
        constraints = (models.UniqueConstraint(fields=("name",), condition=Q(leaving_at=None), name="audience_list_name_once"),)


class LeavingList(SubscriberList):
    """A list that somebody deleted and that still has memberships."""

    objects: ClassVar[_Here] = _Leaving()

    class Meta:
        app_label = "audience"
        proxy = True


class PurposesJoined(models.Model):
    """Two purposes may be served by one mailing, for as long as the instruction behind it holds. Written once."""

    append_only: ClassVar[bool] = True

    first = models.CharField(max_length=200)
    second = models.CharField(max_length=200)
    """As the lists say it, in the order of the alphabet."""
    instruction_id = models.BigIntegerField()
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        app_label = "audience"


class Field(models.Model):
    """A field of every subscriber beside the address; its values lie in Subscriber.fields under the alias."""

    name = models.CharField(max_length=80)
    alias = models.CharField(max_length=40, unique=True)
    """Names the field in templates and interfaces; never changes."""
    kind = models.CharField(max_length=20)
    """text, number, date, boolean or choice (audience/fieldtypes.py)."""
    purpose = models.CharField(max_length=200)
    options = models.JSONField(default=list)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    narrow = staticmethod(_not_hidden)

    class Meta:
        app_label = "audience"


class Segment(models.Model):
    """A condition on people, with a name (Zielgruppe)."""

    name = models.CharField(max_length=120, unique=True)
    text = models.TextField()
    """In the language of the room `segment`, with numbers of lists and segments for their names."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "audience"


class Subscriber(models.Model):
    """A person on at least one list."""

    email = models.CharField(max_length=254)
    """As given, with the domain in lower-case A-labels (RFC 5321 section 2.4: the local part keeps its case)."""
    address_key = models.BinaryField(unique=True)
    """16 bytes, keyed hash of the address in lower case; joins with suppressions."""
    fields = models.JSONField(default=dict)
    language = models.CharField(max_length=2, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    narrow = staticmethod(_on_a_list)

    class Meta:
        app_label = "audience"
        indexes = (models.Index(fields=("created_at",), name="audience_came"),)


class Membership(models.Model):
    """Who is on which list."""

    list = models.ForeignKey(SubscriberList, on_delete=models.CASCADE, db_index=False)  # indexes below begin with both
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, db_index=False)
    added_at = models.DateTimeField()

    narrow = staticmethod(by_list("list_id"))

    class Meta:
        app_label = "audience"
        constraints = (models.UniqueConstraint(fields=("list", "subscriber"), name="audience_member_once"),)
        indexes = (
            models.Index(fields=("subscriber", "list"), name="audience_lists_of_person"),
            models.Index(fields=("list", "added_at"), name="audience_joined"),
        )

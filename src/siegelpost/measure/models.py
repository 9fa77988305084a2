"""Targets of links, counters by hour, estimates of people, and who chose what. No row knows a person, and none knows a minute."""

from django.db import models

from siegelpost.tenancy.narrowing import anything, by_list


class Link(models.Model):
    """Where a measured address of a variant leads. Position 0 is the pixel, which leads nowhere."""

    mailing_id = models.BigIntegerField(db_index=True)
    variant_id = models.BigIntegerField()
    position = models.IntegerField()
    url = models.TextField(blank=True)
    """As it stands in the template."""

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("variant_id", "position"), name="measure_link_once"),)


class Counter(models.Model):
    """How often a target was asked for within one hour, without what programs fetched by themselves."""

    variant_id = models.BigIntegerField()
    position = models.IntegerField()
    hour = models.BigIntegerField()
    """Whole hours since 1970-01-01 00:00 UTC."""
    n = models.BigIntegerField()

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("variant_id", "position", "hour"), name="measure_counter_once"),)


class ClassCounter(models.Model):
    """Requests of a variant by one class, over its whole life: apart from the hours and from other classes, so that no row joins two."""

    variant_id = models.BigIntegerField()
    what = models.CharField(max_length=8)
    """device or family (of opens), machine (opens by programs), followed (links that programs followed)."""
    name = models.CharField(max_length=12)
    n = models.BigIntegerField()

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("variant_id", "what", "name"), name="measure_classcounter_once"),)


class Unique(models.Model):
    """About how many people asked for a target on one day, as one edge process estimated it in memory."""

    variant_id = models.BigIntegerField()
    position = models.IntegerField()
    """-1 any link, 0 pixel, 1.. the links."""
    epoch = models.CharField(max_length=16)
    """Drawn by the edge process when it starts."""
    day = models.BigIntegerField(default=0, db_default=0)
    """Whole days since 1970, UTC; 0 from the time when a process had one salt for all its days."""
    estimate = models.BigIntegerField(null=True)
    """Rounded; null while the process has counted but not told, and where it would have told of nearly everybody."""

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("variant_id", "position", "epoch", "day"), name="measure_unique_once"),)


class Frozen(models.Model):
    """How a mailing is measured, as it was decided when it was launched; nothing changes it afterwards."""

    mailing_id = models.BigIntegerField(primary_key=True)
    mode = models.CharField(max_length=12)
    """A word of `modes.WORDS`; off where fewer than 20 people would have got measured addresses."""
    people = models.BooleanField()
    """Whether people are estimated."""
    why = models.JSONField()
    """What tenant, lists and mailing said, whether the tenant had chosen, and whether the audience was too small."""

    class Meta:
        app_label = "measure"


class Overlap(models.Model):
    """Two mailings whose figures are withheld together: fewer than 20 people are in the frozen audience of one of them alone."""

    mailing_id = models.BigIntegerField()
    other_id = models.BigIntegerField(db_index=True)

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("mailing_id", "other_id"), name="measure_overlap_once"),)


class Choice(models.Model):
    """How a tenant chose to be measured, the newest row holds; without a row nobody has chosen yet."""

    mode = models.CharField(max_length=12)
    people = models.BooleanField()
    """Whether people are estimated, in memory, for a day."""
    at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "measure"


class ListMode(models.Model):
    """A list that is measured more strictly than the tenant allows."""

    list_id = models.BigIntegerField(primary_key=True)
    mode = models.CharField(max_length=12)

    narrow = staticmethod(by_list("list_id"))

    class Meta:
        app_label = "measure"


class SpoolDone(models.Model):
    """A spool file whose lines are in this tenant's counters; the row goes when the file is gone."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        app_label = "measure"

"""Targets of links, counters by hour, estimates of people. No row knows a person, and none knows a minute."""

from django.db import models


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


class DeviceCounter(models.Model):
    """Opens of a variant by class of device, over its whole life: apart from the hours, so that no row joins the two."""

    variant_id = models.BigIntegerField()
    device = models.CharField(max_length=10)
    n = models.BigIntegerField()

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("variant_id", "device"), name="measure_devicecounter_once"),)


class Unique(models.Model):
    """About how many people asked for a target, as one edge process estimated it in memory."""

    variant_id = models.BigIntegerField()
    position = models.IntegerField()
    """-1 any link, 0 pixel, 1.. the links."""
    epoch = models.CharField(max_length=16)
    """Drawn by the edge process when it starts."""
    estimate = models.BigIntegerField(null=True)
    """Rounded; null while the process has counted but not told."""

    class Meta:
        app_label = "measure"
        constraints = (models.UniqueConstraint(fields=("variant_id", "position", "epoch"), name="measure_unique_once"),)


class SpoolDone(models.Model):
    """A spool file whose lines are in this tenant's counters; the row goes when the file is gone."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        app_label = "measure"

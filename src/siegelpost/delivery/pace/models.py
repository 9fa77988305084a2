"""What somebody allowed to go out in a second, an hour, a day, and how much of it is used."""

from django.db import models


class Limit(models.Model):
    """Messages per period under one name; 0 is no limit."""

    name = models.CharField(max_length=60, primary_key=True)
    """relay, tenant:7, tenant:7/domain:3, tenant:7/address:KEY (keyed hash) or receivers:2, by the numbers in their tables."""
    per_second = models.PositiveIntegerField(default=0)
    per_hour = models.PositiveIntegerField(default=0)
    per_day = models.PositiveIntegerField(default=0)
    steps = models.JSONField(default=list)
    """A warm-up: the limit of its first day, of its second, …"""
    set_at = models.DateTimeField()

    class Meta:
        app_label = "pace"


class Gauge(models.Model):
    """How much is used under one name; also of limits that one mailing brings along (tenant:7/mailing:5)."""

    name = models.CharField(max_length=60, primary_key=True)
    second = models.BigIntegerField(default=0)
    """Up to when the flow of a second is spoken for, nanoseconds since 1970."""
    hour = models.BigIntegerField(default=0)
    day = models.IntegerField(default=0)
    """The day that `used` counts, date.toordinal."""
    used = models.BigIntegerField(default=0)
    step = models.IntegerField(default=0)

    class Meta:
        app_label = "pace"


class Receivers(models.Model):
    """Domains whose mail one provider takes. The number stands in each delivery to them."""

    number = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    domains = models.JSONField()
    hosts = models.JSONField(default=list)
    """Ends of the names of hosts that take mail, for domains that are not named."""

    class Meta:
        app_label = "pace"


class MailHosts(models.Model):
    """Which hosts take the mail of a receiving domain, as the DNS said."""

    domain = models.CharField(max_length=253, primary_key=True)
    hosts = models.JSONField()
    """Those that are called first; none where the domain has none or nobody answered yet."""
    seen_at = models.DateTimeField(db_index=True)
    """When the DNS said so."""
    again_at = models.DateTimeField()

    class Meta:
        app_label = "pace"

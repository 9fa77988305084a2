"""What the control database knows: this installation and its tenants."""

from django.db import models


class Installation(models.Model):
    """The one row about this installation."""

    installation_id = models.CharField(max_length=32)
    operator_email = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "tenancy"


class Tenant(models.Model):
    """A controller whose mail we send. `number` is the primary key and stands in every token."""

    number = models.BigAutoField(primary_key=True)
    slug = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=200)
    imprint = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="de")
    own = models.BooleanField(default=False)
    demands_tls = models.BooleanField(default=False)
    """Its mail leaves us through verified TLS or not at all."""
    hard_bounces = models.PositiveSmallIntegerField(null=True)
    """Hard bounces in a row that retire an address; None takes the installation's."""
    state = models.CharField(max_length=10, default="making")
    """making until its database stands, then ready."""
    server = models.CharField(max_length=200, blank=True)
    """"" for SQLite, else host:port of the PostgreSQL server."""
    wrapped_key = models.BinaryField()
    """The tenant's root key, wrapped by the master key."""
    credentials = models.BinaryField(default=b"")
    """PostgreSQL: names and passwords of its roles, wrapped by the master key."""
    created_at = models.DateTimeField()

    class Meta:
        app_label = "tenancy"


class BrokenRelay(models.Model):
    """A relay that does not take our mail at the moment; the row goes when it works again. Times: seconds since 1970, UTC."""

    name = models.CharField(max_length=260, primary_key=True)
    """host:port"""
    code = models.CharField(max_length=40)
    """What is wrong, a code of docs/errors.md."""
    said = models.CharField(max_length=16, blank=True, default="")
    """Its own reply code, "421 4.7.0"."""
    since = models.BigIntegerField()
    next_try = models.BigIntegerField()
    pause = models.IntegerField()
    """Seconds between the last two calls."""

    class Meta:
        app_label = "tenancy"

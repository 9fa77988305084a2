"""What the control database knows: this installation and its tenants."""

from django.db import models

from siegelpost.tenancy.departure_models import Departure as Departure


class Installation(models.Model):
    """The one row about this installation."""

    installation_id = models.CharField(max_length=32)
    operator_email = models.CharField(max_length=254, blank=True)
    wrapped_key = models.BinaryField(default=b"")
    """The operator's root key, wrapped by the master key; b"" until it is first needed."""
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
    data_protection = models.CharField(max_length=254, blank=True)
    """Where checkpoints of its log go; "" where nobody keeps them."""
    state = models.CharField(max_length=10, default="making")
    """making until its database stands, then ready; leaving while it is erased."""
    server = models.CharField(max_length=200, blank=True)
    """"" for SQLite, else host:port of the PostgreSQL server."""
    wrapped_key = models.BinaryField()
    """The tenant's root key, wrapped by the master key."""
    credentials = models.BinaryField(default=b"")
    """PostgreSQL: names and passwords of its roles, wrapped by the master key."""
    created_at = models.DateTimeField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """The client account that it lies below; chosen when it is made, and never changed."""
    sub_accounts = models.PositiveSmallIntegerField(default=0)
    """So many sub-accounts it may make by itself; the operator makes any number."""
    test = models.BooleanField(default=False)
    """Everything but sending, and made-up people alone."""
    ends_at = models.DateTimeField(null=True)
    """From then on nothing is sent and nobody works in it; null where no end is set."""
    end_told = models.PositiveSmallIntegerField(null=True)
    """So many days before its end it was announced last, 0 for what follows the end; null before the first time."""

    class Meta:
        app_label = "tenancy"
        constraints = (
            # numbers only grow, so whoever is older cannot lie below: the database itself knows no circles
            models.CheckConstraint(condition=models.Q(parent=None) | models.Q(parent__lt=models.F("number")), name="tenancy_parent_first"),
        )


class Announced(models.Model):
    """How far the blacklist of a tenant is, as those below it must know it: written before an entry is, see consent/inherited.py."""

    tenant_number = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()

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


class RelayEntry(models.Model):
    """A relay beside that of SIEGELPOST_RELAY_URL."""

    name = models.CharField(max_length=40, primary_key=True)
    wrapped_url = models.BinaryField()
    """smtp://user:password@host:port?tls=…, wrapped by the master key."""
    unsigned = models.JSONField(default=list)
    """Headers that it rewrites and that are not signed therefore."""
    signatures = models.PositiveSmallIntegerField(default=2)
    """So many signatures of ours it accepts at most."""
    set_at = models.DateTimeField()

    class Meta:
        app_label = "tenancy"


class Route(models.Model):
    """By which relays mail of a sender domain goes: the first that works."""

    tenant_number = models.BigIntegerField()
    domain = models.CharField(max_length=253, blank=True, default="")
    """"" for what has no route of its own, and for system mails."""
    relays = models.JSONField()
    """Names in the order of choice."""

    class Meta:
        app_label = "tenancy"
        constraints = (models.UniqueConstraint(fields=("tenant_number", "domain"), name="tenancy_route_once"),)


class HostCertificate(models.Model):
    """The TLS certificate of one of our own hosts, as it was seen last. Times: seconds since 1970, UTC."""

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    valid_until = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=20, blank=True)
    """"", expired, wrong_name, untrusted, unreachable, in_clear."""
    looked_at = models.BigIntegerField()
    transport = models.JSONField(default=dict)
    """`tls_scan.Transport`, empty where it was never seen."""
    told = models.SmallIntegerField(null=True)
    """The stage (days before the end) that the operator was written about."""

    class Meta:
        app_label = "tenancy"
        constraints = (models.UniqueConstraint(fields=["host", "port"], name="tenancy_host_once"),)


class Admission(models.Model):
    """The operator may enter another controller's tenant: the tenant let it in, or in an emergency two people of the operator did."""

    tenant_number = models.BigIntegerField(db_index=True)
    emergency = models.BooleanField()
    purpose = models.CharField(max_length=300)
    asked_by = models.BigIntegerField()
    """Number of whoever let the operator in, or who asks in an emergency."""
    asked_at = models.DateTimeField()
    agreed_by = models.BigIntegerField(null=True)
    """Number of the second person in an emergency; null before, and where the tenant itself let the operator in."""
    agreed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """Null until the tenant's log has it: before that nobody enters."""
    ended_at = models.DateTimeField(null=True)
    """When the tenant ended it."""

    class Meta:
        app_label = "tenancy"


class OperatorVisit(models.Model):
    """One person of the operator, or the command line on the host, is in a tenant's data."""

    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="visits")
    tenant_number = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    """Null where the command line does not know who sits there."""
    at_command_line = models.BooleanField()
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    """As `opened_at` until the tenant's log has it: before that nothing is open."""
    ended_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True, default="")
    """How it ended, see `visit_rules`; "" while it runs."""
    settled = models.BooleanField(default=False)
    """Whether the tenant's log has its end."""

    class Meta:
        app_label = "tenancy"
        indexes = (models.Index(fields=("tenant_number", "ended_at"), name="tenancy_visit_open"),)


class PublicHost(models.Model):
    """A name of a tenant's own under which its public pages answer."""

    tenant_number = models.BigIntegerField(db_index=True)
    host = models.CharField(max_length=253)
    """Lower case, as the DNS has it (xn--…)."""
    secret = models.CharField(max_length=32)
    """What its TXT record says; published, and of no use to anybody else."""
    added_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    seen = models.CharField(max_length=12, blank=True, default="")
    """What the last look at the DNS found: `host_rules`."""
    verified_at = models.DateTimeField(null=True)
    """Since when it is the tenant's; null before, and after another has proved that it is theirs."""
    in_links = models.BooleanField(default=False)
    """Whether links of what is sent from now on begin with it."""

    class Meta:
        app_label = "tenancy"
        constraints = (
            models.UniqueConstraint(fields=("tenant_number", "host"), name="tenancy_host_named_once"),
            models.UniqueConstraint(fields=("host",), condition=models.Q(verified_at__isnull=False), name="tenancy_host_of_one"),
            models.UniqueConstraint(fields=("tenant_number",), condition=models.Q(in_links=True), name="tenancy_one_host_in_links"),
        )


class HostKey(models.Model):
    """The certificate that a tenant brought for one of its names, with its key; it goes with the name."""

    host = models.OneToOneField(PublicHost, on_delete=models.CASCADE, primary_key=True)
    chain = models.TextField()
    """PEM: the certificate, then who vouches for it; each browser sees it."""
    sealed = models.BinaryField()
    """The key (PEM), locked with a key of the tenant."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the certificate, in hex."""
    valid_until = models.DateTimeField()
    brought_at = models.DateTimeField()

    class Meta:
        app_label = "tenancy"


class Look(models.Model):
    """How the public pages of a tenant look."""

    tenant_number = models.BigIntegerField(primary_key=True)
    accent = models.CharField(max_length=7, blank=True, default="")
    """#rrggbb, "" for ours."""
    logo = models.BinaryField(default=b"")
    """PNG of our own making, b"" for none."""

    class Meta:
        app_label = "tenancy"

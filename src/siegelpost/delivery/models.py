"""One row per message, and the leases under which they are sent. Times here are whole seconds since 1970, UTC."""

from django.db import models
from django.db.models import Q

from siegelpost.mailings.reads import of_mailing


class Launch(models.Model):
    """What was frozen when a mailing was launched: templates, sender, measuring plan."""

    mailing_id = models.BigIntegerField(primary_key=True)
    plan = models.JSONField()
    launched_at = models.DateTimeField()
    frozen_upto = models.BigIntegerField(default=-1)
    """Subscriber ids up to here have been judged; -1 before the first range."""
    frozen_end = models.BigIntegerField(default=0)
    """The last subscriber id there was when the freezing began."""

    narrow = staticmethod(of_mailing)

    class Meta:
        app_label = "delivery"


class Delivery(models.Model):
    """One mailing to one subscriber."""

    mailing_id = models.BigIntegerField()
    variant_id = models.BigIntegerField()
    subscriber_id = models.BigIntegerField()
    state = models.CharField(max_length=10, default="due")
    """due, claimed, sent, retry, bounced, blocked, withdrawn, expired, unsure or cancelled."""
    attempt = models.SmallIntegerField(default=0)
    """Attempts that were answered with 4xx so far."""
    due_at = models.BigIntegerField()
    slice_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=16, blank=True, default="")
    """Reply code and enhanced status of the last answer, "550 5.1.1"."""
    at = models.BigIntegerField(null=True)
    receivers = models.SmallIntegerField(default=0, db_default=0)
    """Number of the group of domains that it goes to, 0 where no limit was known for them at the launch."""
    plain = models.BooleanField(default=False, db_default=False)
    """Got no pixel and no measured links: the person wants that, or the address is one of the tenant's own domains."""

    narrow = staticmethod(of_mailing)

    class Meta:
        app_label = "delivery"
        constraints = (models.UniqueConstraint(fields=("mailing_id", "subscriber_id"), name="delivery_once"),)
        indexes = (
            models.Index(fields=("mailing_id", "variant_id"), condition=Q(plain=True), name="delivery_plain"),
            models.Index(fields=("mailing_id", "due_at", "id"), condition=Q(state__in=("due", "retry"), receivers=0), name="delivery_due"),
            models.Index(
                fields=("mailing_id", "receivers", "due_at", "id"),
                condition=Q(state__in=("due", "retry"), receivers__gt=0),
                name="delivery_due_receivers",
            ),
            models.Index(fields=("slice_id",), condition=Q(state="claimed"), name="delivery_claimed"),
            # whether somebody who came by an import has had any mail yet
            models.Index(fields=("subscriber_id",), condition=Q(state="sent"), name="delivery_reached"),
        )


class PersonalKey(models.Model):
    """The key of a mailing's personal links, of those who agreed to be measured singly. Without it nobody is told by them any more."""

    mailing_id = models.BigIntegerField(primary_key=True)
    sealed = models.BinaryField()
    """Under the tenant's key."""
    until = models.BigIntegerField()
    """Seconds since 1970; from then on nobody gets a personal link, and none tells of anybody."""
    n = models.BigIntegerField(default=0)
    """People whose message was made with personal links."""

    class Meta:
        app_label = "delivery"


class Tally(models.Model):
    """How many deliveries of a mailing are in each state; changed in the transaction of the rows (conservation law)."""

    mailing_id = models.BigIntegerField()
    state = models.CharField(max_length=30)
    """audience, a state of Delivery, or excluded:REASON."""
    n = models.BigIntegerField(default=0)

    narrow = staticmethod(of_mailing)

    class Meta:
        app_label = "delivery"
        constraints = (models.UniqueConstraint(fields=("mailing_id", "state"), name="delivery_tally_once"),)


class Passed(models.Model):
    """How many messages of a mailing went to each relay, for the register of outflows; changed in the transaction of the rows."""

    mailing_id = models.BigIntegerField()
    """0 for system and dialog mails."""
    relay = models.CharField(max_length=260)
    """host:port; "" where it is not known."""
    n = models.BigIntegerField(default=0)
    noted = models.BigIntegerField(default=0)
    """How many of them the register has."""
    noted_at = models.BigIntegerField()
    """Seconds since 1970; of the first message where none is noted yet."""

    class Meta:
        app_label = "delivery"
        constraints = (models.UniqueConstraint(fields=("mailing_id", "relay"), name="delivery_passed_once"),)


class Hold(models.Model):
    """A receiving domain to which a mailing sends nothing for now, and what it said."""

    mailing_id = models.BigIntegerField()
    domain = models.CharField(max_length=253)
    code = models.CharField(max_length=16)
    until = models.BigIntegerField()
    """0 until the staff sends again or gives up."""
    since = models.BigIntegerField()
    times = models.SmallIntegerField(default=1)

    class Meta:
        app_label = "delivery"
        constraints = (models.UniqueConstraint(fields=("mailing_id", "domain"), name="delivery_hold_once"),)


class Slice(models.Model):
    """A claimed part of a mailing: lease, journal and fencing number (the primary key) in one."""

    mailing_id = models.BigIntegerField()
    """0 for system and dialog mails of the outgoing table."""
    journal = models.CharField(max_length=40, unique=True)
    worker = models.CharField(max_length=60)
    boot_id = models.CharField(max_length=36)
    home = models.CharField(max_length=16, default="", db_default="")
    """Names the home folder that holds the journal: several may work on one database."""
    relay = models.CharField(max_length=260, default="", db_default="")
    """host:port to which it goes."""
    size = models.IntegerField()
    claimed_at = models.BigIntegerField()
    lease_until = models.BigIntegerField()
    """CLOCK_BOOTTIME of the claiming machine, seconds."""
    state = models.CharField(max_length=8, default="open")
    """open, settled or lost."""

    class Meta:
        app_label = "delivery"
        indexes = (models.Index(fields=("state",), condition=Q(state="open"), name="delivery_slice_open"),)


class Outgoing(models.Model):
    """A system or dialog mail: confirmation, link, notice. Address and text go when it is done."""

    kind = models.CharField(max_length=20)
    to = models.CharField(max_length=254, blank=True)
    sender_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="due")
    attempt = models.SmallIntegerField(default=0)
    due_at = models.BigIntegerField()
    slice_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=16, blank=True, default="")
    at = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    dialog_version = models.BigIntegerField(null=True)
    """Of which version of a dialog mailing it was made; null for other mails."""

    class Meta:
        app_label = "delivery"
        indexes = (
            models.Index(fields=("due_at", "id"), condition=Q(state__in=("due", "retry")), name="delivery_outgoing_due"),
            # what became of the mails of a version, without looking at all others
            models.Index(fields=("dialog_version", "state"), condition=Q(dialog_version__gt=0), name="delivery_outgoing_dialog"),
        )


class Attachment(models.Model):
    """A file that a system mail carries, sealed with the tenant's key. It goes as soon as the mail is done."""

    outgoing = models.OneToOneField(Outgoing, on_delete=models.CASCADE)
    name = models.CharField(max_length=120)
    sealed = models.BinaryField()

    class Meta:
        app_label = "delivery"

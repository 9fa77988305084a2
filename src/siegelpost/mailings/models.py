"""Messages and who they come from."""

from typing import Any

from django.db import models

from siegelpost.tenancy.narrowing import anything, by_lists


def of_mailing(tenant: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Rows about one mailing each, by `mailing_id`: those of the mailings that go to no list beyond the limits."""
    return rows if tenant.scope.lists is None else rows.filter(mailing_id__in=tenant.objects(Mailing).values("pk"))


class SenderDomain(models.Model):
    """A domain that mail comes from, with its two DKIM keys (RFC 6376, RFC 8463), wrapped by the tenant's key."""

    domain = models.CharField(max_length=253, unique=True)
    rsa_selector = models.CharField(max_length=40)
    rsa_key = models.BinaryField()
    ed_selector = models.CharField(max_length=40)
    ed_key = models.BinaryField()
    verified_at = models.DateTimeField(null=True)
    """When its DNS last passed the check; None when it never did, fails now, or passed too long ago."""
    unverified_ok = models.BooleanField(default=False)
    """The operator's recorded permission to send although the DNS could not be checked."""
    created_at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "mailings"


class DomainCheck(models.Model):
    """What the last check of a sender domain found."""

    domain = models.OneToOneField(SenderDomain, on_delete=models.CASCADE)
    state = models.CharField(max_length=7)
    """passed, failed, or unknown where something needed could not be looked up."""
    findings = models.JSONField()
    at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "mailings"


class IdleKeys(models.Model):
    """A pair of DKIM keys that signs nothing: the next one of a domain, or a former one, whose private halves are gone."""

    domain = models.ForeignKey(SenderDomain, on_delete=models.CASCADE)
    rsa_selector = models.CharField(max_length=40)
    rsa_key = models.BinaryField()
    rsa_value = models.TextField()
    """What the DNS should hold for it."""
    ed_selector = models.CharField(max_length=40)
    ed_key = models.BinaryField()
    ed_value = models.TextField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    """None of the next pair."""

    class Meta:
        app_label = "mailings"
        constraints = (models.UniqueConstraint(fields=("domain",), condition=models.Q(retired_at=None), name="mailings_one_next_pair"),)


class Sender(models.Model):
    """A name and address that stand in From."""

    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    code = models.CharField(max_length=15)
    """5 to 15 characters; the sender's place in Feedback-ID."""
    domain = models.ForeignKey(SenderDomain, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "mailings"
        constraints = (models.UniqueConstraint(fields=("name", "email"), name="mailings_sender_once"),)


class Mailing(models.Model):
    """One message to many."""

    kind = models.CharField(max_length=14, default="standard")
    """standard, dialog, transactional or journey."""
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="draft")
    """draft, in_review, approved, scheduled, preparing, sending, paused, finished or cancelled."""
    pause_reason = models.CharField(max_length=40, blank=True, default="")
    sender = models.ForeignKey(Sender, null=True, on_delete=models.PROTECT)
    reply_to = models.CharField(max_length=254, blank=True, default="")
    measure = models.CharField(max_length=12, default="anonymous")
    list_ids = models.JSONField(default=list)
    allowed_hosts = models.JSONField(default=list)
    """Hosts of others that the tenant named: its images may be loaded from there."""
    created_at = models.DateTimeField()
    start_at = models.DateTimeField(null=True)
    """When it starts by itself, or was to start; null where nobody set a time."""
    pace = models.JSONField(default=dict)
    """How fast and when it may go out, as whoever sends it said; frozen at the launch, and delivery's matter."""
    launched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    copied_from = models.BigIntegerField(null=True)

    narrow = staticmethod(by_lists("list_ids"))

    class Meta:
        app_label = "mailings"


class Variant(models.Model):
    """The unit of template and measuring; most mailings have one."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE)
    name = models.CharField(max_length=40, default="A")
    subject = models.CharField(max_length=400)
    preheader = models.CharField(max_length=400, blank=True, default="")
    format = models.CharField(max_length=4)
    """mjml, html, md or txt."""
    source = models.TextField()
    text_source = models.TextField(blank=True, default="")
    """The plain-text part as edited; "" derives it from the other."""

    narrow = staticmethod(of_mailing)

    class Meta:
        app_label = "mailings"
        constraints = (models.UniqueConstraint(fields=("mailing", "name"), name="mailings_variant_once"),)


class DialogMailing(models.Model):
    """A mail that answers one person's act; what it says stands in its versions."""

    act = models.CharField(max_length=12)
    """confirmation, welcome, farewell or notice; never changed."""
    name = models.CharField(max_length=120, unique=True)
    active = models.BooleanField(default=False)
    """False: paused, nothing of it goes out."""
    sender = models.ForeignKey(Sender, null=True, on_delete=models.PROTECT)
    """Null takes the tenant's first sender."""
    version = models.IntegerField(default=1)
    """The number of the version that goes out now."""
    created_at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "mailings"


class DialogVersion(models.Model):
    """What a dialog mailing said from some moment on; never changed, for what was sent refers to it."""

    dialog = models.ForeignKey(DialogMailing, on_delete=models.PROTECT)
    number = models.IntegerField()
    format = models.CharField(max_length=4)
    """mjml, html, md or txt."""
    words = models.JSONField()
    """By language: {"de": {"subject": …, "source": …}}."""
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=80)
    """As in the log."""

    narrow = staticmethod(anything)

    class Meta:
        app_label = "mailings"
        constraints = (models.UniqueConstraint(fields=("dialog", "number"), name="mailings_dialog_version_once"),)


class Substitute(models.Model):
    """A name under which a thing of this tenant stands for things of others."""

    kind = models.CharField(max_length=8)
    """list, field, form or mailing."""
    thing = models.BigIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        app_label = "mailings"
        constraints = (
            models.UniqueConstraint(fields=("kind", "thing"), name="mailings_substitute_one_each"),
            models.UniqueConstraint(fields=("kind", "name"), name="mailings_substitute_once"),
        )


class SharedMailing(models.Model):
    """A mailing that was shared down to this tenant by the account above."""

    mailing = models.OneToOneField(Mailing, primary_key=True, on_delete=models.CASCADE)
    origin = models.BigIntegerField(db_index=True)
    """Its number above."""
    version = models.IntegerField()
    """The how-manieth time it was shared."""
    left_as = models.CharField(max_length=64)
    """`version_of` the draft as it came: whether somebody here has changed it since."""

    class Meta:
        app_label = "mailings"

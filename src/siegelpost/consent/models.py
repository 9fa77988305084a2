"""Who agreed to what, and who must not be written to."""

from django.db import models
from django.db.models import Q

from siegelpost.consent.listed.models import ListPart, ListState
from siegelpost.consent.opt_out_models import LeavingAsked as LeavingAsked
from siegelpost.consent.opt_out_models import OptOut as OptOut
from siegelpost.consent.opt_out_models import OptOutAddress as OptOutAddress
from siegelpost.consent.opt_out_models import OptOutNotice as OptOutNotice
from siegelpost.consent.opt_out_models import OptOutRules as OptOutRules
from siegelpost.consent.opt_out_models import OptOutSetUp as OptOutSetUp
from siegelpost.consent.renewal_models import Renewal as Renewal
from siegelpost.consent.renewal_models import RenewalAsk as RenewalAsk
from siegelpost.tenancy.narrowing import anything, by_list, by_lists

__all__ = ["BlacklistState", "ConfirmationSent", "Consent", "ConsentText", "Form", "ListPart", "ListState", "Suppression", "Unmeasured"]


class ConsentText(models.Model):
    """A text that people agreed to, kept word for word once."""

    purpose = models.CharField(max_length=20, default="newsletter")
    language = models.CharField(max_length=2)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of purpose, language and text: its version."""
    created_at = models.DateTimeField()

    narrow = staticmethod(anything)

    class Meta:
        app_label = "consent"


class Consent(models.Model):
    """One person's consent for one list, from grant to withdrawal (Art. 7(1) GDPR)."""

    subscriber_id = models.BigIntegerField()
    list_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20, default="newsletter")
    ground = models.CharField(max_length=200)
    """double_opt_in, preferences, existing_customer (its conditions stand in the snapshot), or the ground that an import declared."""
    source = models.CharField(max_length=200)
    text_id = models.BigIntegerField(null=True)
    sign_up_id = models.CharField(max_length=32, blank=True, default="")
    import_id = models.BigIntegerField(null=True)
    snapshot = models.JSONField(default=dict)
    requested_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=20, blank=True, default="")

    narrow = staticmethod(by_list("list_id"))

    class Meta:
        app_label = "consent"
        constraints = (
            models.UniqueConstraint(
                fields=("subscriber_id", "list_id", "purpose"), condition=Q(withdrawn_at=None), name="consent_running_once"
            ),
        )
        indexes = (
            models.Index(fields=("subscriber_id",), condition=Q(withdrawn_at__isnull=False), name="consent_ended"),
            # asked before each launch, of every list of the mailing: most lists have nobody on this ground
            models.Index(fields=("list_id",), condition=Q(ground="existing_customer", withdrawn_at=None), name="consent_of_customers"),
            # whose consent rests on the word of an import: counted before each launch
            models.Index(
                fields=("import_id", "subscriber_id"), condition=Q(import_id__isnull=False, withdrawn_at=None), name="consent_of_import"
            ),
            # holds all that a count asks for: SQLite would look at each row for `withdrawn_at`, although the condition says it
            models.Index(
                fields=("list_id", "purpose", "subscriber_id", "withdrawn_at"),
                condition=Q(withdrawn_at=None),
                name="consent_running_in_order",
            ),
        )


class PurposeConsent(models.Model):
    """One person's consent to a purpose beside the e-mails, for the whole tenant, from grant to withdrawal (Art. 7(1) GDPR)."""

    subscriber_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    """One of `purposes.PURPOSES`."""
    ground = models.CharField(max_length=200)
    """double_opt_in or preferences: nobody else can give it."""
    source = models.CharField(max_length=200)
    text_id = models.BigIntegerField(null=True)
    sign_up_id = models.CharField(max_length=32, blank=True, default="")
    snapshot = models.JSONField(default=dict)
    requested_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        app_label = "consent"
        constraints = (
            models.UniqueConstraint(fields=("subscriber_id", "purpose"), condition=Q(withdrawn_at=None), name="consent_purpose_once"),
        )
        indexes = (
            models.Index(fields=("subscriber_id",), name="consent_purpose_person"),
            models.Index(fields=("sign_up_id",), condition=Q(sign_up_id__gt=""), name="consent_purpose_sign_up"),
        )


class ConfirmationSent(models.Model):
    """The mail by which the owner of an address was asked, kept as it went out once they said yes (Art. 7(1) GDPR)."""

    sign_up_id = models.CharField(max_length=32, unique=True)
    """As in the consents that it led to."""
    subscriber_id = models.BigIntegerField(db_index=True)
    sealed = models.BinaryField()
    """Its words (`confirmations.Sent`) under the tenant's key: they hold the link that the person alone may follow."""
    sent_at = models.DateTimeField(null=True)
    """When a mail server took it; null where its answer never came."""
    code = models.CharField(max_length=16, blank=True, default="")
    """What that server answered."""

    class Meta:
        app_label = "consent"


class Suppression(models.Model):
    """A reason never to send: to one address by its keyed hash, or to all that fit a pattern."""

    kind = models.CharField(max_length=12)
    """optout, blacklist, parent, operator, complaint, ecg, robinson, retained or exclusion."""
    key = models.BinaryField(null=True)
    pattern = models.CharField(max_length=254, blank=True, default="")
    """Blacklist only, ours or the parent's: lower-case address with % for any characters, \\ before a literal %, _ or \\."""
    list_id = models.BigIntegerField(null=True)
    """Null: for the whole tenant."""
    source = models.CharField(max_length=80)
    at = models.DateTimeField()
    final = models.BooleanField(default=False)
    """Of an opt-out: no new sign-up lifts it, as the tenant set it up when the person left."""

    class Meta:
        app_label = "consent"
        indexes = (
            models.Index(fields=("key",), name="consent_suppressed_key"),
            # asked for each recipient: without it the question would read every address that ever opted out
            models.Index(fields=("pattern",), condition=Q(pattern__gt=""), name="consent_suppressed_pattern"),
        )


class BlacklistState(models.Model):
    """The one row that says how far the blacklist is."""

    version = models.BigIntegerField(default=0)
    """Microseconds since 1970 of the last change, 0 before the first. Goes up in each transaction that changes the blacklist: whoever
    holds this row changes it alone."""
    taken = models.BigIntegerField(default=-1)
    """The version of the parent's list that is kept here; -1 before the first time."""

    class Meta:
        app_label = "consent"


class Unmeasured(models.Model):
    """Somebody who wants no opens or clicks to be counted, not even anonymously: whatever they get has plain links and no pixel."""

    key = models.BinaryField(unique=True)
    """As in Suppression: the choice outlives the record of the person."""
    at = models.DateTimeField()

    class Meta:
        app_label = "consent"


class Form(models.Model):
    """A sign-up form at /f/TENANT/SLUG."""

    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    list_ids = models.JSONField()
    field_aliases = models.JSONField(default=list)
    text_id = models.BigIntegerField()
    asks = models.JSONField(default=dict)
    """What it asks beside, each with a box of its own: purpose -> text id."""
    setup = models.JSONField(default=dict)
    """`form_setup.FormSetup`."""
    button = models.CharField(max_length=40, blank=True, default="")
    """Words on the button; "" for ours."""
    wordings = models.JSONField(default=list)
    """Every wording that this form has shown: [text id, since (ISO 8601), actor], the oldest first."""
    version = models.IntegerField(default=1)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    narrow = staticmethod(by_lists("list_ids"))

    class Meta:
        app_label = "consent"

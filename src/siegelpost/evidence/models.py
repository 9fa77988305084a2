"""Acts that matter, and the log that proves them."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """Written once, never changed: the runtime role may only insert, SQLite refuses by trigger."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    """"room.what", e.g. "consent.withdrawn"."""
    subject = models.CharField(max_length=80, blank=True)
    """What it was done to, by id: "subscriber:17", "mailing:3"."""
    details = models.JSONField(default=dict)

    class Meta:
        app_label = "evidence"
        # asked on the page of each subscriber: without it the whole log would be read
        indexes = (models.Index(fields=("subject", "id"), name="evidence_by_subject"),)


class Leaf(models.Model):
    """The place of one entry in the log: `id` counts from 1 without a gap. Written once, never changed."""

    append_only: ClassVar[bool] = True

    id = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    salt = models.BinaryField()
    hash = models.BinaryField()
    """RFC 9162, section 2.1.1, of the entry with its salt."""

    class Meta:
        app_label = "evidence"


class Checkpoint(models.Model):
    """A signed statement about the first `size` entries of the log. Written once, never changed."""

    append_only: ClassVar[bool] = True

    size = models.BigIntegerField(unique=True)
    """Two processes that sign at once cannot both do it."""
    through = models.BigIntegerField()
    """The highest number of an entry under it; where transactions overlap, a lower one may come later."""
    note = models.TextField()
    """The statement as it is handed out."""
    peaks = models.BinaryField()
    """What is needed to let the tree grow on."""
    at = models.DateTimeField()

    class Meta:
        app_label = "evidence"


class Stamp(models.Model):
    """A time stamp (RFC 3161) of one checkpoint, as an authority gave it. Written once, never changed."""

    append_only: ClassVar[bool] = True

    size = models.BigIntegerField(unique=True)
    """Of the checkpoint."""
    at = models.DateTimeField()
    """When it came, by our own clock."""
    answer = models.BinaryField()
    """TimeStampResp, DER."""

    class Meta:
        app_label = "evidence"


class InputEntry(models.Model):
    """One line of the input log, written by the database's own triggers: nobody and no program can forget it.

    Refuses to be changed, and to be removed before 13 weeks are over, by triggers on both databases.
    """

    at = models.DateTimeField()
    """The clock of the database, UTC, in milliseconds."""
    kind = models.SmallIntegerField()
    """1 create, 2 change, 3 copy, 4 delete."""
    subscriber_id = models.BigIntegerField()
    fields = models.TextField(blank=True)
    """Names of what was changed, one blank between two: "email last_name list:7"; never a value."""
    tx = models.BigIntegerField()
    """The transaction; 0 on SQLite for what went past the system."""

    class Meta:
        app_label = "evidence"
        indexes = (models.Index(fields=("tx", "subscriber_id"), name="evidence_input_by_tx"),)


class InputNote(models.Model):
    """What the system says about one of its own transactions: who, by what act, and a MAC over all its entries."""

    tx = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    seal = models.BinaryField()
    """HMAC-SHA256 with a key of the tenant: whoever reaches the database alone can write none."""

    class Meta:
        app_label = "evidence"


class InputSpan(models.Model):
    """The input log was switched on or off. Written once."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField()
    active = models.BooleanField()
    instruction_id = models.BigIntegerField()
    actor = models.CharField(max_length=80)

    class Meta:
        app_label = "evidence"


class InputCheck(models.Model):
    """What came of comparing both sources. Written once."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField()
    entries = models.BigIntegerField()
    """So many were new."""
    bound = models.BigIntegerField()
    """Transactions below it are settled and were compared."""
    through = models.BigIntegerField()
    """The highest number of an entry at that moment."""
    differences = models.JSONField()
    """Kind of difference -> facts; empty where both sources agree."""

    class Meta:
        app_label = "evidence"


class InputSwitch(models.Model):
    """The one row that the triggers read: whether they write, and whose transaction this is (SQLite)."""

    active = models.BooleanField(default=False)
    tx = models.BigIntegerField(default=0)
    last_tx = models.BigIntegerField(default=0)
    fresh = models.BigIntegerField(default=0, db_default=0)
    """SQLite: people with this number or a higher one came in the open transaction; their entry "create" holds lists and consent, too."""
    balance = models.BigIntegerField(null=True)
    """People, less those whose creation is logged, and those whose deletion is: stays the same while nothing goes past the triggers."""

    class Meta:
        app_label = "evidence"


class AccessEntry(models.Model):
    """Who used which area. Its hash stays for good, its content for 45 days."""

    day = models.DateField(db_index=True)
    content = models.BinaryField(null=True)
    """A canonical line with its salt, sealed with a key of the day; None when its time is over."""
    key = models.BigIntegerField(null=True)
    """Number of that key in the store of keys, which is elsewhere; None from the time when a day had one key."""
    hash = models.BinaryField()
    """RFC 9162, section 2.1.1, of the line."""
    batch = models.BigIntegerField(null=True)
    """Number of the entry of the log that vouches for it."""

    class Meta:
        app_label = "evidence"
        indexes = (models.Index(fields=("batch",), name="evidence_access_batch"),)


class AccessRequest(models.Model):
    """Somebody wants to see what a colleague did, and says why. Written once."""

    append_only: ClassVar[bool] = True

    person_id = models.BigIntegerField()
    """Number of the colleague."""
    reason = models.CharField(max_length=500)
    asked_by = models.BigIntegerField()
    """Number of whoever asks."""
    asked_at = models.DateTimeField()

    class Meta:
        app_label = "evidence"


class AccessAnswer(models.Model):
    """A second person agreed, or did not. Written once."""

    append_only: ClassVar[bool] = True

    request = models.OneToOneField(AccessRequest, on_delete=models.PROTECT)
    agreed = models.BooleanField()
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "evidence"

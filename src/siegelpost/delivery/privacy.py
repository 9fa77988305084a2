"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="delivery.Delivery",
        fields=("mailing_id", "variant_id", "subscriber_id", "state", "attempt", "due_at", "slice_id", "code", "at", "receivers", "plain"),
        about="subscriber_id",
        why="So that nobody gets a mail twice or is forgotten, and to find faults.",
        ground="Art. 6(1)(a), Art. 6(1)(f) GDPR",
        keep="as long as the mailing is kept",
        then="goes with the mailing; the counters stay",
    ),
    Holding(
        model="delivery.Outgoing",
        fields=(
            *("to", "subject", "text", "html", "kind", "sender_id", "state", "attempt", "due_at", "slice_id", "code", "at", "created_at"),
            "dialog_version",
        ),
        about="to",
        why="To send a confirmation, link or notice that the person asked for.",
        ground="Art. 6(1)(b), Art. 6(1)(c) GDPR",
        keep="one day after it was sent",
        then="address and text are blanked, the row stays as a fact",
    ),
    Holding(
        model="delivery.Attachment",
        fields=("outgoing", "name", "sealed"),
        about="outgoing",
        why="To mail a file that staff hand over; it is encrypted twice, with its password and with the tenant's key.",
        ground="Art. 28(3)(a), Art. 32(1)(a) GDPR",
        keep="until the mail is done",
        then="deleted within an hour",
    ),
    Holding(
        model="delivery.Hold",
        fields=("domain",),
        about="domain",
        why="To send no more to a receiving domain that refuses us; a domain may belong to one person alone.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the mailing is kept",
        then="goes with the mailing, or when its messages are sent again",
    ),
    NothingPersonal(
        model="delivery.Hold",
        because="what a receiving domain said about us, and until when it waits",
        fields=("mailing_id", "code", "until", "since", "times"),
    ),
    NothingPersonal(model="delivery.Launch", because="template, sender and settings of a mailing as they were frozen"),
    NothingPersonal(model="delivery.Tally", because="counts"),
    NothingPersonal(model="delivery.PersonalKey", because="a sealed key of a mailing, and how many got links made with it"),
    NothingPersonal(model="delivery.Passed", because="counts by relay"),
    NothingPersonal(model="pace.Limit", because="how much may be sent; senders by a keyed hash"),
    NothingPersonal(model="pace.Gauge", because="how much was sent; senders by a keyed hash"),
    NothingPersonal(model="pace.Receivers", because="domains and hosts of mail providers"),
    NothingPersonal(
        model="pace.MailHosts",
        because="public records of domains; only of those with five recipients of a tenant or more, so none of one person or a family",
    ),
    NothingPersonal(model="delivery.Slice", because="which process sent which part; no person"),
)

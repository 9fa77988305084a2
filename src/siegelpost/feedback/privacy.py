"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="feedback.Event",
        fields=("kind", "mailing_id", "delivery_id", "subscriber_id", "code", "at"),
        about="subscriber_id",
        why="To stop writing to addresses that do not exist and to people who object, and to show the tenant how a mailing went.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the mailing's recipients are kept",
        then="the person's number goes, the count stays",
    ),
    Holding(
        model="feedback.ReturnedText",
        fields=("event", "sealed", "at"),
        about="event",
        why="To see why mail came back, and to mend what is wrong with ours; sealed, it names the address.",
        ground="Art. 6(1)(f) GDPR",
        keep="90 days",
        then="deleted; the kind of the bounce and its code stay",
    ),
    Holding(
        model="feedback.BounceCount",
        fields=("key", "hard_in_a_row", "last_at"),
        about="key",
        why="To retire an address after several hard bounces in a row; holds a keyed hash, no address.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the address is on a list",
        then="deleted",
    ),
    Holding(
        model="feedback.Reply",
        fields=("digest", "subscriber_id", "key", "mailing_id", "at", "sealed", "changed", "corrected_at", "reason"),
        about="subscriber_id",
        why="To show what was read as a withdrawal, and to give back what a misread answer took; hashes and, sealed, the words.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the mailing's recipients are kept; the words 90 days",
        then="the person's number goes, the count stays",
    ),
    Holding(
        model="feedback.DomainReportLine",
        fields=("report", "source", "result", "policy", "count"),
        about="source",
        why="To see who sends in a domain's name and if it is verified; a mail server's address may be a person's.",
        ground="Art. 6(1)(f) GDPR",
        keep="90 days",
        then="deleted",
    ),
    NothingPersonal(model="feedback.DomainReportLine", fields=("id",), because="A running number."),
    NothingPersonal(
        model="feedback.DomainReport",
        fields=("id", "digest", "domain_id", "kind", "reporter", "day", "at"),
        because="Says which provider reported about which domain.",
    ),
    NothingPersonal(model="feedback.Reply", fields=("id",), because="A running number."),
    NothingPersonal(model="feedback.Event", fields=("id",), because="A running number."),
    NothingPersonal(model="feedback.BounceCount", fields=("id",), because="A running number."),
)

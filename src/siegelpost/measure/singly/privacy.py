"""What this room stores about people."""

from siegelpost.base.privacy import OTHERS, Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="singly.Event",
        fields=("mailing_id", "variant_id", "position", "subscriber_id", "n", "first_at", "last_at"),
        about="subscriber_id",
        why="To show when a person who agreed to it opened a mailing and which links they followed.",
        ground="Art. 6(1)(a) GDPR, § 25(1) TDDDG",
        keep="while the consent runs, at most 180 days",
        then="is counted without the person where 20 others were, and deleted",
    ),
    Holding(
        model="singly.Duties",
        fields=("confirmed_by", "information", "consent_text", "ground", "contact", "at"),
        about="confirmed_by",
        why="To prove that the controller confirmed its duties towards those who are measured, and who did.",
        ground="Art. 28(3)(a), Art. 5(2) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    NothingPersonal(model="singly.Opening", because="What the tenant instructed, and for which lists."),
    NothingPersonal(model="singly.Refused", because="A number per mailing; nobody is named in it."),
    NothingPersonal(model="singly.Taken", because="Names of files, made of random digits."),
    NothingPersonal(model="singly.Certificate", because="How much was folded, by numbers alone."),
)

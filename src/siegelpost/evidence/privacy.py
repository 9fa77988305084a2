"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="evidence.Entry",
        fields=("at", "actor", "act", "subject", "details"),
        about="subject",
        why="To prove later who did what, and when.",
        ground="Art. 5(2), Art. 32 GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database; holds ids, never addresses",
    ),
    NothingPersonal(model="evidence.Entry", because="A running number."),
    Holding(
        model="evidence.AccessEntry",
        fields=("content",),
        about="content",
        why="To tell who of the staff used which area, and when.",
        ground="Art. 5(2), Art. 32 GDPR",
        keep="45 days",
        then="content and the key of the day are deleted; a hash stays",
    ),
    NothingPersonal(model="evidence.AccessEntry", because="A day, a place in the log, and a hash that says nothing without its content."),
    NothingPersonal(model="evidence.AccessKey", because="A random number."),
    NothingPersonal(model="evidence.Leaf", because="A place in the log, a random number, and a hash that says nothing without it."),
    NothingPersonal(model="evidence.Checkpoint", because="Length and hash of the log, signed."),
    Holding(
        model="evidence.InputEntry",
        fields=("at", "kind", "subscriber_id", "fields", "tx"),
        about="subscriber_id",
        why="To find out later who entered, changed, copied or deleted data of a person, where the tenant instructed it.",
        ground="Art. 32(1)(b), Art. 5(2), Art. 28(3)(a) GDPR",
        keep="13 weeks",
        then="deleted by the hourly sweep; what the tenant downloaded before is its own to keep",
    ),
    Holding(
        model="evidence.InputNote",
        fields=("tx", "at", "actor", "act", "seal"),
        about="actor",
        why="To know who acted, and to notice what went past the system.",
        ground="Art. 32(1)(b), Art. 5(2), Art. 28(3)(a) GDPR",
        keep="13 weeks",
        then="deleted with the entries",
    ),
    NothingPersonal(model="evidence.InputSpan", because="When the input log was on, on which instruction, switched by whom."),
    NothingPersonal(model="evidence.InputCheck", because="Counts of what differed."),
    NothingPersonal(model="evidence.InputSwitch", because="Whether the input log is on."),
)

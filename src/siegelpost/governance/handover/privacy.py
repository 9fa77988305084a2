"""What this room stores about people."""

from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="handover.HandOver",
        fields=("receiver", "email", "phone", "purpose", "categories", "records", "format", "source", "actor", "at"),
        about="receiver",
        why="To prove to whom data were handed, what for and on which way.",
        ground="Art. 5(2), Art. 28(3)(a), Art. 32(1)(b) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
    ),
    NothingPersonal(
        model="handover.HandOver",
        because="hash and size of a file, and the exception it rests on",
        fields=("digest", "size", "deviation_id"),
    ),
    Holding(
        model="handover.Encryption",
        fields=("hand_over", "digest", "size", "algorithm", "password_letters", "password_digest", "actor", "at"),
        about="actor",
        why="To prove that a file was encrypted, and to recognise its password in a text; the password itself is kept nowhere.",
        ground="Art. 5(2), Art. 32(1)(a) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
    ),
    Holding(
        model="handover.Step",
        fields=("hand_over", "step", "outgoing_id", "note", "actor", "at"),
        about="actor",
        why="To prove what became of a file: scanned, taken, destroyed, by whom and when.",
        ground="Art. 5(2), Art. 32(1)(b) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
    ),
    Holding(
        model="handover.PasswordPath",
        fields=("hand_over", "path", "to_whom", "target", "went_at", "actor", "at"),
        about="to_whom",
        why="To prove that a password went on another path than its file.",
        ground="Art. 5(2), Art. 32(1)(b) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
    ),
    Holding(
        model="handover.Deviation",
        fields=("weakness", "instruction_id", "risk", "until", "actor", "at"),
        about="actor",
        why="To prove that a weaker way was instructed, its risk known, and its end set.",
        ground="Art. 28(3)(a), Art. 32 GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
    ),
    Holding(
        model="handover.UnscannedRisk",
        fields=("reason", "until", "actor", "at"),
        about="actor",
        why="To know who bears the risk of uploads that no scanner has seen, and until when.",
        ground="Art. 32(1)(b) GDPR",
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
    ),
)

"""What this room stores about people."""

from siegelpost.base.privacy import OTHERS, Holding, NothingPersonal

_WHY = "To prove who asked for what, who agreed to it, and that both were two people."
_GROUND = "Art. 5(2), Art. 32(1)(b) and (4) GDPR"
PERSONAL_DATA = (
    Holding(
        model="approvals.Rule",
        fields=("act", "needed", "threshold", "own_right", "actor", "at"),
        about="actor",
        why="To know which acts needed a second person at any time, and who said so.",
        ground=_GROUND,
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    Holding(
        model="approvals.Request",
        fields=("act", "matter", "what", "digest", "reason", "asked_by", "mailbox", "asked_at"),
        about="asked_by",
        why=_WHY,
        ground=_GROUND,
        keep="as long as the tenant exists",
        then="goes with the tenant's database; names subscribers by a keyed hash only",
        of=OTHERS,
    ),
    Holding(
        model="approvals.Decision",
        fields=("request", "agreed", "reason", "own_right", "by", "at"),
        about="by",
        why=_WHY,
        ground=_GROUND,
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    Holding(
        model="approvals.End",
        fields=("request", "how", "actor", "at"),
        about="actor",
        why=_WHY,
        ground=_GROUND,
        keep="as long as the tenant exists",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    NothingPersonal(model="approvals.BulkReading", because="How many people a program read on a day."),
)

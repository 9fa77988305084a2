"""What this room stores about people."""

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Holding

PERSONAL_DATA = (
    Holding(
        model="erasure.Erasure",
        fields=("key", "sealed", "receipt", "actor", "begun_at", "stores", "swept_at", "done_at", "certificate"),
        about="key",
        why=_("To prove that a person was erased, and to go on where it was interrupted."),
        ground="Art. 5(2), Art. 17 GDPR",
        keep=_("as long as the tenant exists; whom it is about only until it is done"),
        then=_("goes with the tenant's database; holds a keyed hash, no address"),
    ),
    Holding(
        model="erasure.Kept",
        fields=("erasure", "key", "what", "sealed", "until"),
        about="key",
        why=_("To prove that a mailing was agreed to, and to tell the person who received their data."),
        ground="Art. 17(3)(b) and (e), Art. 7(1), Art. 19 GDPR",
        keep=_("until the end of the third calendar year after that of the erasure"),
        then=_("deleted"),
    ),
)

"""What this room stores about people."""

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="audience.Subscriber",
        fields=("id", "email", "address_key", "fields", "language", "created_at", "updated_at"),
        about="id",
        why=_("To send people the mailings that they agreed to, addressed properly."),
        ground="Art. 6(1)(a) GDPR",
        keep=_("as long as the person is on a list"),
        then=_("erased, or cut down to a keyed hash where a suppression must outlive it"),
    ),
    Holding(
        model="audience.Membership",
        fields=("id", "list", "subscriber", "added_at"),
        about="subscriber_id",
        why=_("To know who gets which mailings."),
        ground="Art. 6(1)(a) GDPR",
        keep=_("until the person leaves the list"),
        then=_("erased"),
    ),
    NothingPersonal(model="audience.SubscriberList", because=_("Names and describes a list, no person.")),
    NothingPersonal(model="audience.LeavingList", because=_("The same, of a list that is going away.")),
    NothingPersonal(model="audience.Folder", because=_("Names a folder of lists.")),
    NothingPersonal(model="audience.Segment", because=_("A condition with a name; it holds no address of anybody.")),
    NothingPersonal(model="audience.PurposesJoined", because=_("Which purposes may be served together, and on which instruction.")),
    NothingPersonal(model="audience.Field", because=_("Says what is kept and why, not what was entered.")),
)

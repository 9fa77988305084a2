"""What this room stores about people."""

from siegelpost.base.privacy import OTHERS, Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="mailings.Sender",
        fields=("name", "email"),
        about="email",
        why="Recipients must see who writes to them; the name may be that of a member of staff.",
        ground="Art. 6(1)(f) GDPR, section 7(2) no. 3 UWG",
        keep="as long as a mailing names it",
        then="goes with the tenant's database",
        of=OTHERS,
    ),
    Holding(
        model="mailings.Mailing",
        fields=("reply_to",),
        about="reply_to",
        why="Recipients' answers go there; the address may be that of a member of staff.",
        ground="Art. 6(1)(f) GDPR",
        keep="as long as the mailing",
        then="goes with the mailing",
        of=OTHERS,
    ),
    NothingPersonal(model="mailings.Sender", because="a code, a number and a time"),
    NothingPersonal(model="mailings.SenderDomain", because="a domain and its wrapped keys"),
    NothingPersonal(model="mailings.DomainCheck", because="what its owner published for everybody; addresses for reports are part of it"),
    NothingPersonal(model="mailings.IdleKeys", because="wrapped keys and their public halves"),
    NothingPersonal(model="mailings.Mailing", because="written by staff for everybody"),
    NothingPersonal(model="mailings.DialogMailing", because="what staff call it, and whether it goes out"),
    NothingPersonal(model="mailings.DialogVersion", because="written by staff for everybody; values are filled in when it is sent"),
    NothingPersonal(model="mailings.Substitute", because="names of lists, fields, forms and mailings"),
    NothingPersonal(model="mailings.SharedMailing", because="which mailing came from the account above"),
    NothingPersonal(model="mailings.Variant", because="written by staff for everybody; fields are filled in when it is sent"),
)

"""What this room stores about people: nothing, and why that is so."""

from siegelpost.base.privacy import NothingPersonal

PERSONAL_DATA = (
    NothingPersonal(model="measure.Link", because="Addresses from a template, the same for all recipients of a variant."),
    NothingPersonal(model="measure.Counter", because="A sum per link and hour; the link is the same for all recipients."),
    NothingPersonal(
        model="measure.ClassCounter",
        because="A sum per variant and one class of device, family of clients or machine, without time; each apart from the others.",
    ),
    NothingPersonal(model="measure.Frozen", because="How a mailing is measured, decided for everybody who gets it."),
    NothingPersonal(model="measure.Overlap", because="Two mailings that went to nearly the same people, and not who these are."),
    NothingPersonal(model="measure.Choice", because="What the tenant chose; who did it stands in the log."),
    NothingPersonal(model="measure.ListMode", because="What the tenant chose for a list."),
    NothingPersonal(
        model="measure.Unique",
        because="A rounded number; the sketch behind it and its salt never leave the memory of the edge process.",
    ),
    NothingPersonal(model="measure.SpoolDone", because="Names of files, made of an hour and of random digits."),
)

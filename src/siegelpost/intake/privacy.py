"""What this room stores about people."""

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Holding, NothingPersonal

PERSONAL_DATA = (
    Holding(
        model="intake.ImportJob",
        fields=("refused_file",),
        about="refused_file",
        why=_("Names the encrypted file with the refused rows, so that they can be mended."),
        ground="Art. 6(1)(f) GDPR",
        keep=_("as long as the import is kept"),
        then=_("file and name are erased"),
    ),
    Holding(
        model="intake.SampledPerson",
        fields=("sample", "number", "subscriber_id", "state", "digest", "actor", "at"),
        about="subscriber_id",
        why=_("To have it shown, for people drawn at random, that those of a large import agreed; the document lies sealed."),
        ground="Art. 7(1), Art. 5(2) GDPR",
        keep=_("as long as the import is kept"),
        then=_("the number of the person is cut out when they are erased"),
    ),
    NothingPersonal(model="intake.Sample", because=_("Of how many people some were drawn, and what came of it.")),
    NothingPersonal(model="intake.SampledImport", because=_("For which imports a sample speaks.")),
    NothingPersonal(model="intake.SampleRule", because=_("Above how many people some are drawn.")),
    NothingPersonal(
        model="intake.ImportJob", because=_("Says which file was imported on which ground, and how many rows; no person is named.")
    ),
)

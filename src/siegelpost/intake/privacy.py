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
    NothingPersonal(
        model="intake.ImportJob", because=_("Says which file was imported on which ground, and how many rows; no person is named.")
    ),
)

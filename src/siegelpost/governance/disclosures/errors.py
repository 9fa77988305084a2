"""What can be wrong with a question to the register."""

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _


class AddressUnreadable(BadInput):
    """What was typed is no address."""

    code = "disclosures.address_unreadable"
    message = _("This is no e-mail address.")
    hint = _("Write the address of the person whose data you ask for, also of one that was erased.")
    nothing = _("Nothing was looked up.")


class PeriodReversed(BadInput):
    """It ends before it begins."""

    code = "disclosures.period_reversed"
    message = _("This period ends before it begins.")
    hint = _("Swap the two days.")
    nothing = _("Nothing was looked up.")


class RegisterFileUnusable(BadInput):
    """The file cannot be made."""

    code = "disclosures.file_unusable"
    message = _("The disclosure register cannot be written there: {why}.")
    hint = _("Name a file in a folder that you may write to.")
    nothing = _("Nothing was written.")

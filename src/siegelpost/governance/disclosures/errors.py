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


class NotRecordable(BadInput):
    """Something that an entry needs is missing or none of the words that the register knows."""

    code = "disclosures.not_recordable"
    message = _("The entry cannot be recorded like this: {what}.")
    hint = _("It takes a kind, a recipient, a legal ground, a purpose, at least one kind of data, a way, and a day that is not to come.")
    nothing = _("Nothing was recorded.")


class PeopleUnreadable(BadInput):
    """Lines that name nobody; what stands in them is not repeated."""

    code = "disclosures.people_unreadable"
    message = _("These lines hold neither an e-mail address nor the number of a subscriber: {lines}.")
    hint = _("Write one address or number per line; an address may be that of somebody who was erased.")
    nothing = _("Nothing was recorded.")


class PeopleFileUnusable(BadInput):
    """The file with the people cannot be read."""

    code = "disclosures.people_file_unusable"
    message = _("The file with the people cannot be read: {why}.")
    hint = _("Name a text file in UTF-8 with an address or number on each line, or - for standard input.")
    nothing = _("Nothing was recorded.")


class NobodyNamed(BadInput):
    """An outflow of nobody's data."""

    code = "disclosures.nobody_named"
    message = _("No person is named, or there are more than {most}.")
    hint = _("Write one address or number of a subscriber per line; record more people in several entries.")
    nothing = _("Nothing was recorded.")


class RegisterFileUnusable(BadInput):
    """The file cannot be made."""

    code = "disclosures.file_unusable"
    message = _("The disclosure register cannot be written there: {why}.")
    hint = _("Name a file in a folder that you may write to.")
    nothing = _("Nothing was written.")

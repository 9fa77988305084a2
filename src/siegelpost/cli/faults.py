"""What can go wrong between the shell and a command; whatever it is, the reader gets four parts and no traceback.

A traceback may show a person's data: the message of a unique violation on PostgreSQL holds the address.
"""

from siegelpost.base.errors import BadInput, DoneInPart, WrongUsage
from siegelpost.base.i18n import marked as _


class CommandUnknown(WrongUsage):
    """The first word is none of ours."""

    code = "cli.command_unknown"
    message = _("There is no such command.")
    hint = _("`siegelpost --help` lists those that exist.")
    nothing = _("Nothing was done.")


class WordNotText(WrongUsage):
    """Bytes that are no UTF-8, such as a file name from an old archive."""

    code = "cli.word_not_text"
    message = _("A word of the command is not text in UTF-8.")
    hint = _("Rename the file, or set the terminal to UTF-8.")
    nothing = _("Nothing was done.")


class UsageWrong(WrongUsage):
    """A word is missing, too many, or not what is wanted in its place."""

    code = "cli.usage"
    message = _("The command was not understood: {what}.")
    hint = _("`{command} --help` explains it.")
    nothing = _("Nothing was done.")


class OutputRefused(DoneInPart):
    """Standard output takes nothing, as on a full disk."""

    code = "cli.output"
    message = _("The answer cannot be written: {reason}.")
    hint = _("Check where the output goes; what the command did can be looked up with `list`, `status` or `report`.")
    nothing = _("The answer was not written in full; the command itself was carried out.")


class FileFault(DoneInPart):
    """The operating system refuses a file that we need: read-only, full, no right."""

    code = "cli.io"
    message = _("A file cannot be read or written: {reason} ({file}).")
    hint = _("Check the space on the disk and the rights in the data folder, then run the command again.")
    nothing = _("What was finished before stays; the step that failed was not done.")


class DatabaseFault(DoneInPart):
    """The database does not answer, is locked for too long, is damaged or of another version."""

    code = "cli.database"
    message = _("The database cannot do its work ({kind}).")
    hint = _("Check that it can be reached, that its disk is not full and that `siegelpost tenant migrate --all` was run.")
    nothing = _("What was finished before stays; the step that failed was taken back.")


class OurFault(DoneInPart):
    """A mistake in the program: named by class and place, never by its message, which may hold a person's data."""

    code = "cli.our_fault"
    message = _("The program made a mistake ({kind} in {place}).")
    hint = _("Please report this line.")
    nothing = _("What was finished before stays; the step that failed was taken back.")


class AddressRefused(BadInput):
    """What was typed is no address; it would stand in a header."""

    code = "init.address_refused"
    message = _("The operator's address is not an e-mail address.")
    hint = _("Give one address, for example postmaster@example.org.")
    nothing = _("Nothing was set up.")


class StateUnknown(WrongUsage):
    """No delivery is ever in this state."""

    code = "mailing.delivery_state_unknown"
    message = _("There is no state of that name.")
    hint = _("Choose one of {states}.")
    nothing = _("Nothing was written.")

"""What can be in the way of a tenant that goes."""

from siegelpost.base.errors import BadInput, DoneInPart, Refused
from siegelpost.base.i18n import marked as _


class RecipientWrong(BadInput):
    """Not a public key of age."""

    code = "departure.recipient_wrong"
    message = _("This is no public key of age.")
    hint = _("It begins with age1; `age-keygen` makes a pair. Without --recipient the system makes a key and shows it once.")
    nothing = _("Nothing was exported.")


class KeyFileWrong(BadInput):
    """Not a secret key of age."""

    code = "departure.key_wrong"
    message = _("The key file holds no secret key of age.")
    hint = _("It is a line that begins with AGE-SECRET-KEY-1, as the export showed it.")
    nothing = _("Nothing was opened.")


class ExportUnusable(BadInput):
    """The file cannot be written or read."""

    code = "departure.file_unusable"
    message = _("The file cannot be written or read: {why}.")
    hint = _("Choose another place.")
    nothing = _("Nothing was handed out.")


class ExportDamaged(BadInput):
    """What was read is not what was written."""

    code = "departure.export_damaged"
    message = _("The file is not whole: {what}.")
    hint = _("Fetch it again, or export the tenant again; keep the tenant until a file was opened.")
    nothing = _("It does not count as looked at.")


class NotThisExport(BadInput):
    """A whole file, and none that this tenant's log knows."""

    code = "departure.export_unknown"
    message = _("The log of this tenant knows no export with this hash.")
    hint = _("Take the file that `siegelpost tenant export` wrote, unchanged.")
    nothing = _("It does not count as looked at.")


class NotLookedAt(DoneInPart):
    """The file was written and registered, and does not open."""

    code = "departure.not_looked_at"
    message = _("The file was written, but reading it again failed: {what}.")
    hint = _("Export the tenant again, to another place.")
    nothing = _("It does not count as looked at.")


class ExportMissing(Refused):
    """Nobody has taken the data along, and nobody has said why that need not be."""

    code = "departure.export_missing"
    message = _("No export of this tenant was opened, so nobody knows that its controller has got everything.")
    hint = _("Export it and open the file; or say why that is not wanted, which a second person then agrees to as well.")
    nothing = _("Nothing was erased.")


class WaiverUnusable(BadInput):
    """No reason, too long a one, or one with an address in it."""

    code = "departure.waiver_unusable"
    message = _("A reason has {least} to {most} characters and names no e-mail address.")
    hint = _("Say why the controller wants no export; it stands in the certificate.")
    nothing = _("Nothing was erased.")


class ChildrenThere(Refused):
    """Tenants stand below this one."""

    code = "departure.children"
    message = _("Below this tenant stand {n} others.")
    hint = _("Erase those first, each with its own approval.")
    nothing = _("Nothing was erased.")


class MailingsRun(Refused):
    """A mailing is on its way."""

    code = "departure.mailings_run"
    message = _("Mailings are being sent or planned: {n}.")
    hint = _("Wait for their end, or give --cancel-mailings: whoever was not reached yet gets nothing.")
    nothing = _("Nothing was erased.")


class ImportsRun(Refused):
    """An import is at work."""

    code = "departure.imports_run"
    message = _("An import is at work.")
    hint = _("Wait for its end.")
    nothing = _("Nothing was erased.")


class KeptByInstruction(Refused):
    """The controller said that its data are to be kept."""

    code = "departure.kept_by_instruction"
    message = _("An instruction of the tenant says that its data are to be kept: number {number} in its register.")
    hint = _("End the instruction when it holds no longer: siegelpost instruction end.")
    nothing = _("Nothing was erased.")


class NotGoneYet(DoneInPart):
    """The erasure was begun and is not at its end."""

    code = "departure.not_gone_yet"
    message = _("The erasure was begun and is not at its end: {what}.")
    hint = _("Give the command again; the worker goes on by itself, too. Files that are not ours must be removed by hand.")
    nothing = _("There is no certificate yet.")

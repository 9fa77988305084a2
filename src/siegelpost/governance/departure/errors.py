"""What can be in the way of a tenant that goes."""

from siegelpost.base.errors import BadInput, DoneInPart
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

"""What can be wrong with lists, folders, fields and subscribers."""

from siegelpost.base.errors import BadInput, NotFound
from siegelpost.base.i18n import marked as _


class ListUnknown(NotFound):
    """No list of that name."""

    code = "list.unknown"
    message = _("There is no list “{name}”.")
    hint = _("`siegelpost list list` shows those that exist.")


class ListExists(BadInput):
    """Names of lists are unique within a tenant."""

    code = "list.exists"
    message = _("There is a list “{name}” already.")
    hint = _("Choose another name.")


class NameWrong(BadInput):
    """Names of lists, folders and fields are one line."""

    code = "audience.name_wrong"
    message = _("The name cannot be used: it must be one line of 1 to {limit} characters.")
    hint = _("Choose another name.")


class FolderUnknown(NotFound):
    """No such folder."""

    code = "folder.unknown"
    message = _("There is no such folder.")
    hint = _("It may have been deleted; create it again.")


class FieldExists(BadInput):
    """Aliases are unique within a tenant."""

    code = "field.exists"
    message = _("There is a field “{alias}” already.")
    hint = _("Choose another alias.")


class FieldWrong(BadInput):
    """A field that cannot work."""

    code = "field.wrong"
    message = _("The field cannot be created: {why}.")
    hint = _("An alias has small letters, digits and underscores; a choice needs options; each field needs a purpose.")


class SubscriberUnknown(NotFound):
    """Nobody with this address or number."""

    code = "subscriber.unknown"
    message = _("Nobody with this address is stored here.")
    hint = _("Check the spelling; the part before the @ may differ in case, nothing else.")


class ExportFileUnusable(BadInput):
    """The file to write exists or cannot be made."""

    code = "export.file_unusable"
    message = _("The file cannot be made: {why}.")
    hint = _("Name a new file in a folder that you may write to.")
    nothing = _("Nothing was exported.")

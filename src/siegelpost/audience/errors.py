"""What can be wrong with lists, folders, fields and subscribers."""

from siegelpost.base.errors import BadInput, NotFound, Refused
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


class FolderNotEmpty(BadInput):
    """Only empty folders can go: lists are not lost by the way."""

    code = "folder.not_empty"
    message = _("The folder still holds lists or folders.")
    hint = _("Move them to another folder first.")


class FolderInside(BadInput):
    """A folder cannot be below itself."""

    code = "folder.inside"
    message = _("A folder cannot be moved into itself or into one of its own folders.")
    hint = _("Choose another place.")


class FieldUnknown(NotFound):
    """No field with this number."""

    code = "field.unknown"
    message = _("There is no such field.")
    hint = _("Go back to the fields and choose one that exists.")


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


class ChangedMeanwhile(BadInput):
    """Somebody else was faster with a list, a folder or a field: what would be overwritten was never seen."""

    code = "audience.changed"
    status = 409
    message = _("Somebody else has changed this meanwhile.")
    hint = _("Compare the values and save again.")
    nothing = _("Nothing was saved.")


class SubscriberUnknown(NotFound):
    """Nobody with this address or number."""

    code = "subscriber.unknown"
    message = _("Nobody with this address is stored here.")
    hint = _("Check the spelling; the part before the @ may differ in case, nothing else.")


class SubscriberChanged(BadInput):
    """Somebody else was faster: what would be overwritten was never seen."""

    code = "subscriber.changed"
    status = 409
    message = _("Somebody else has changed this person meanwhile.")
    hint = _("Compare the values and save again.")


class AddressReal(Refused):
    """A test system was handed an address that somebody could own (Art. 25(1), 32(1)(b) GDPR)."""

    code = "subscriber.address_real"
    message = _("Real addresses do not belong into a test system.")
    hint = _(
        "Take addresses at example.org, *.example or *.test (RFC 2606), or declare a domain that swallows mail: SIEGELPOST_TEST_DOMAINS."
    )
    nothing = _("Nobody was stored.")


class ExportFileUnusable(BadInput):
    """The file to write exists or cannot be made."""

    code = "export.file_unusable"
    message = _("The file cannot be made: {why}.")
    hint = _("Name a new file in a folder that you may write to.")
    nothing = _("Nothing was exported.")


class SegmentUnknown(NotFound):
    """No such segment."""

    code = "segment.unknown"
    message = _("There is no such segment.")
    hint = _("Go back to the segments and choose one that exists.")


class SegmentExists(BadInput):
    """Names of segments are unique within a tenant."""

    code = "segment.exists"
    message = _("There is a segment “{name}” already.")
    hint = _("Choose another name.")


class PurposesDiffer(Refused):
    """People would be used for what others gave their data for."""

    code = "list.purposes_differ"
    message = _("These lists serve different purposes: “{first}” and “{second}”.")
    hint = _(
        "Write to them one by one, or record an instruction and let it join them: `siegelpost list join SLUG LIST LIST --instruction NO`."
    )
    nothing = _("Nothing was sent, and the log says what was refused.")


class NoPurpose(BadInput):
    """Nothing to join."""

    code = "list.no_purpose"
    message = _("These lists do not have two different purposes.")
    hint = _("Say what each of them is for on its page, or with `siegelpost list purpose SLUG LIST --purpose TEXT --ground TEXT`.")
    nothing = _("Nothing was recorded.")

"""What can be in the way of an erasure."""

from siegelpost.base.errors import BadInput, DoneInPart, NotFound
from siegelpost.base.i18n import marked as _


class AddressWrong(BadInput):
    """What was typed is no address."""

    code = "erasure.address_wrong"
    message = _("This is not an e-mail address.")
    hint = _("Give one address, for example ann@example.org.")


class NobodyStored(NotFound):
    """Nothing is stored that could be erased or handed out."""

    code = "erasure.nobody"
    message = _("Nothing is stored about anybody with this address.")
    hint = _("Check the spelling. People are erased in each tenant by itself.")


class NotTyped(BadInput):
    """What cannot be undone is confirmed by typing the address."""

    code = "erasure.not_typed"
    message = _("The address was not typed as it stands here.")
    hint = _("Type the address letter by letter.")
    nothing = _("Nothing was erased.")


class Unfinished(DoneInPart):
    """All stores were stripped, but something is still found, or could not be looked for."""

    code = "erasure.unfinished"
    message = _("The person was taken out of all stores, but is still found: {where}.")
    hint = _("The worker goes on by itself; or give the command again. Files that are not ours must be removed by hand.")
    nothing = _("There is no certificate yet.")


class SearchFailed(Unfinished):
    """The second program did not come to an end: nobody knows whether something is left."""

    code = "erasure.search_failed"
    message = _("The person was taken out of all stores, but the search for what may be left failed.")
    hint = _("The worker goes on by itself; or give the command again.")


class ErasureUnknown(NotFound):
    """No such certificate."""

    code = "erasure.unknown"
    message = _("There is no such erasure.")
    hint = _("Check the receipt.")


class CopyUnusable(BadInput):
    """The file for a person's data cannot be written."""

    code = "erasure.copy_unusable"
    message = _("The file cannot be written: {why}.")
    hint = _("Choose another place.")
    nothing = _("Nothing was handed out.")

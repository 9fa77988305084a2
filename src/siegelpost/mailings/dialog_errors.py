"""What can be wrong with a dialog mailing."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _

NOTHING = _("The mailing was not saved.")


class DialogUnknown(NotFound):
    """No dialog mailing of this tenant has this number, or none for this act."""

    code = "dialog.unknown"
    message = _("There is no such dialog mailing.")
    hint = _("Choose one from the list of dialog mailings.")


class DialogWrong(BadInput):
    """A text that must not go out; `language` of the one that is meant, "" where it is about the whole."""

    nothing = NOTHING
    language = ""


class DialogNameWrong(DialogWrong):
    """No name, or one that is taken."""

    code = "dialog.name_wrong"
    message = _("A dialog mailing needs a name of its own, of 1 to 120 printable characters.")
    hint = _("Choose another name.")


class DialogLanguageMissing(DialogWrong):
    """Nothing in the tenant's own language."""

    code = "dialog.language_missing"
    message = _("The mailing has no text in the language of your public pages ({language}).")
    hint = _("Write subject and text in this language; the other one may stay empty.")


class DialogNameUnknown(DialogWrong):
    """A value that is not there for this act."""

    code = "dialog.value_unknown"
    message = _("This mail knows no value called {names}.")
    hint = _("It knows: {known}. All but confirmation mails, which show nothing that a stranger typed, know your fields, too.")


class DialogLacks(DialogWrong):
    """What everybody must get is missing, or stands in a condition."""

    code = "dialog.lacks"
    message = _("Something is missing that everybody who gets this mail must see: {names}.")
    hint = _("Put each of them into the text, outside of conditions, in double braces.")


class DialogElsewhere(DialogWrong):
    """A mail that asks or tells leads somewhere else."""

    code = "dialog.elsewhere"
    message = _("This mail must not lead or load from anywhere else: {address}.")
    hint = _("Take the address or picture out. What a mail of this kind needs is filled in by the system.")


class DialogAdvertises(DialogWrong):
    """Words that sell in a mail that may not."""

    code = "dialog.advertises"
    message = _("A mail of this kind must not advertise: “{words}”.")
    hint = _("Say only what it is for. Advertising belongs into a mailing to people who agreed.")


class DialogStale(Refused):
    """Somebody else was faster."""

    code = "dialog.stale"
    status = 409
    message = _("Somebody else has changed this dialog mailing in the meantime.")
    hint = _("Look at it as it is now, then enter your change again.")
    nothing = NOTHING

"""What can go wrong at the exchange desk."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


class HandOverUnknown(NotFound):
    """No hand-over has this number."""

    code = "handover.unknown"
    message = _("There is no hand-over {id}.")
    hint = _("`siegelpost handover list` and the page “Hand over data” show all of them.")


class LineUnusable(BadInput):
    """Receiver, purpose or categories cannot be kept as they were typed."""

    code = "handover.line_unusable"
    message = _("This cannot be used: {what}. It must have 1 to {limit} characters on one line and not begin with = + - or @.")
    hint = _("Write it as it stands in the contract.")
    nothing = _("Nothing was handed over.")


class NumberUnusable(BadInput):
    """A phone number or a count is none."""

    code = "handover.number_unusable"
    message = _("This is no number that can be used: {what}.")
    hint = _("A phone number has 5 to 20 digits; the number of records is 0 or more.")
    nothing = _("Nothing was handed over.")


class FormatUnusable(BadInput):
    """No such format, or not for this file."""

    code = "handover.format_unusable"
    message = _("The file cannot be handed over in this format ({format}).")
    hint = _("ZIP and age take every file; “pdf” takes a PDF that opens without a password.")
    nothing = _("Nothing was encrypted and no password was made.")


class FileUnusable(BadInput):
    """The file is empty, too large or of a kind that is not handed over."""

    code = "handover.file_unusable"
    message = _("This file cannot be handed over: {why}.")
    hint = _("Take text, CSV, PDF, a picture, an Office file without macros, or a ZIP of these, up to 50 MB.")
    nothing = _("Nothing was kept of it.")


class MacroFound(BadInput):
    """A document holds macros: whoever opens it runs what is in it."""

    code = "handover.macro"
    message = _("This file holds macros.")
    hint = _("Save it without macros (.docx, .xlsx, .pptx) or as a PDF.")
    nothing = _("Nothing was kept of it.")


class ZipBomb(BadInput):
    """An archive that unpacks to far more than it is."""

    code = "handover.zip_bomb"
    message = _("This archive unpacks to too much, or is packed too often.")
    hint = _("Pack it anew: up to 200 MB unpacked, a hundredth at the smallest, not more than three archives within each other.")
    nothing = _("Nothing was kept of it.")


class FileHeld(Refused):
    """The upload was not scanned yet."""

    code = "handover.held"
    message = _("The file is held: no malware scanner with signatures of the last 24 hours has seen it.")
    hint = _("It is scanned by itself once the scanner (SIEGELPOST_CLAMAV) answers; or record who bears the risk of no scan.")
    nothing = _("Nothing was encrypted.")
    status = 409


class Infected(Refused):
    """The scanner found malware."""

    code = "handover.infected"
    message = _("The scanner found malware in this file.")
    hint = _("Do not open it; have the computer that it comes from examined.")
    nothing = _("The file was destroyed; nothing was handed over.")
    status = 422


class PasswordShown(Refused):
    """Whoever asks a second time for a password gets none: it is not kept."""

    code = "handover.password_shown"
    message = _("The password of this hand-over was shown, once. It is kept nowhere.")
    hint = _("If nobody has it, make a new hand-over; the old file is destroyed by itself.")
    status = 409


class LinkExpired(Refused):
    """The time to take the file is over."""

    code = "handover.expired"
    message = _("The file of this hand-over is not there any more: it was destroyed after 24 hours.")
    hint = _("Make a new hand-over.")
    nothing = _("Nothing was handed over.")
    status = 410


class TakenAlready(Refused):
    """A file is taken once."""

    code = "handover.taken"
    message = _("The file of this hand-over was taken, and then destroyed.")
    hint = _("Make a new hand-over.")
    nothing = _("Nothing was handed over.")
    status = 410


class NotYetEncrypted(Refused):
    """There is nothing to take yet."""

    code = "handover.not_encrypted"
    message = _("The file of this hand-over is not encrypted yet.")
    hint = _("Encrypt it first; the password is shown then.")
    nothing = _("Nothing was handed over.")
    status = 409


class OthersFile(Refused):
    """Whoever made the hand-over takes it, nobody else."""

    code = "handover.of_another"
    message = _("Somebody else has made this hand-over; only the same person may take its file.")
    hint = _("Ask that person, or make a new hand-over.")
    nothing = _("Nothing was handed over.")


class AddressMissing(BadInput):
    """No address to mail to."""

    code = "handover.address_missing"
    message = _("This hand-over names no e-mail address that can be used.")
    hint = _("Download the file, or make a new hand-over with the address.")
    nothing = _("Nothing was sent.")


class TooLargeToMail(BadInput):
    """Many mail servers would not take it."""

    code = "handover.too_large_to_mail"
    message = _("The file has more than 10 MB and is too large for a mail.")
    hint = _("Download it and hand it over on another way.")
    nothing = _("Nothing was sent.")


class PasswordInText(Refused):
    """A password stands in a text that would be kept or sent."""

    code = "handover.password_in_text"
    message = _("This text holds the password of a file that was handed over.")
    hint = _("Take it out: the password goes on another path and is kept nowhere.")
    nothing = _("Nothing was sent and nothing was recorded.")
    status = 422


class PathRefused(Refused):
    """The password must not go there."""

    code = "handover.path_refused"
    message = _("The password must not go this way: {why}.")
    hint = _("Take a path that does not lead to the mailbox of the file: the phone number on file, a letter, in person.")
    nothing = _("Nothing was recorded.")
    status = 422


class PathRecorded(Refused):
    """By which path the password went is recorded once."""

    code = "handover.path_recorded"
    message = _("By which path this password went is recorded already, or this hand-over has no password.")
    hint = _("What is recorded stays as it is.")
    status = 409


class DeviationMissing(Refused):
    """A weaker way rests on nothing."""

    code = "handover.deviation_missing"
    message = _("This way is weaker than the default and needs a deviation that holds now.")
    hint = _("Record the tenant's instruction (kind “transfer-deviation”), then the deviation with its risk and its end.")
    nothing = _("Nothing was handed over.")


class RiskNotAccepted(Refused):
    """Nobody has said that they know the risk."""

    code = "handover.risk_not_accepted"
    message = _("The risk was not acknowledged.")
    hint = _("Read it and say so; without that the way stays as it is.")
    nothing = _("Nothing was recorded.")
    status = 422


class EndWrong(BadInput):
    """An exception has an end, not after that of what it rests on."""

    code = "handover.end_wrong"
    message = _("This exception cannot end then: it ends today or later, within a year, and not after the instruction that it rests on.")
    hint = _("Choose an earlier day.")
    nothing = _("Nothing was recorded.")


class ScannerSilent(Refused):
    """The malware scanner gives no usable answer."""

    code = "handover.scanner_silent"
    message = _("The malware scanner gives no usable answer: {why}.")
    hint = _("Start ClamAV's clamd, let freshclam update it, and name its socket in SIEGELPOST_CLAMAV.")
    nothing = _("The file stays held.")
    status = 409

"""What can go wrong with the log that proves."""

from siegelpost.base.errors import BadInput, DoneInPart, Refused
from siegelpost.base.i18n import marked as _


class LogBroken(DoneInPart):
    """The log in the database is not the one that was signed last: something wrote past the system."""

    code = "evidence.log_broken"
    message = _("The log of this tenant was changed past the system: entry {n} is not the one that was signed, or it is missing.")
    hint = _("Find out who had access to the database; put it back from a backup, and verify that with an older checkpoint.")
    nothing = _("No checkpoint was signed.")


class SealingStuck(DoneInPart):
    """The database refuses to give the next entry its place, again and again."""

    code = "evidence.sealing_stuck"
    message = _("The database refuses to give entry {n} of this log its place.")
    hint = _("Try again in a minute; where that does not help, compare the database with a backup.")
    nothing = _("No checkpoint was signed.")


class EvidenceFileUnusable(BadInput):
    """The file to write cannot be made."""

    code = "evidence.file_unusable"
    message = _("The file cannot be made: {why}.")
    hint = _("Name a file in a folder that you may write to.")
    nothing = _("Nothing was exported.")


class EvidenceFileUnreadable(BadInput):
    """The file to verify cannot be read."""

    code = "evidence.file_unreadable"
    message = _("The file cannot be read: {why}.")
    hint = _("Name a file that `siegelpost evidence export` wrote, and checkpoints as they came by mail.")
    nothing = _("Nothing was verified.")


class InputTriggersMissing(Refused):
    """The triggers that write the input log are not all there."""

    code = "evidence.input_triggers_missing"
    message = _("The database lacks triggers that write the input log.")
    hint = _("Run `siegelpost tenant migrate --all`; where that does not help, put the database back from a backup.")
    nothing = _("The input log was not switched on.")


class PeriodWrong(BadInput):
    """More than three months, or an end before the beginning."""

    code = "evidence.period_wrong"
    message = _("The input log is handed out for up to three months at a time, from a day to the same or a later one.")
    hint = _("Choose a shorter period; for a longer one several files.")
    nothing = _("Nothing was exported.")


class AccessDamaged(DoneInPart):
    """An entry of the access log does not open, or is not what was written."""

    code = "evidence.access_damaged"
    message = _("The access log was changed past the system: entry {n} is not the one that was written.")
    hint = _("Find out who had access to the database; put it back from a backup, and compare.")
    nothing = _("The entries from there on were not read.")

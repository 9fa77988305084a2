"""What can go wrong with the log that proves."""

from siegelpost.base.errors import BadInput, DoneInPart, NotFound, Refused
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


class RequestUnknown(NotFound):
    """No such request to see what a colleague did."""

    code = "evidence.request_unknown"
    message = _("There is no request {id} to search the access log.")
    hint = _("The page “Access log” shows all requests.")


class ReasonMissing(BadInput):
    """Nobody is searched for without a reason."""

    code = "evidence.reason_missing"
    message = _("To search the access log for a person needs a reason of 10 to {limit} characters.")
    hint = _("Say what happened and what you want to find out; whoever agrees reads it.")
    nothing = _("Nothing was asked for.")


class OwnRequest(Refused):
    """A second person is somebody else."""

    code = "evidence.own_request"
    message = _("Nobody agrees to a request of their own, nor to one about themselves.")
    hint = _("Ask another person who administers this tenant; for the operator's log another operator.")
    nothing = _("Nothing was answered.")


class RequestAnswered(Refused):
    """It was answered already, or waited for too long."""

    code = "evidence.request_answered"
    message = _("Request {id} is answered already, or it waited for more than {days} days.")
    hint = _("Ask again with a new request.")
    nothing = _("Nothing was changed.")
    status = 409


class RequestClosed(Refused):
    """Nobody agreed yet, the time is over, or somebody else asked."""

    code = "evidence.request_closed"
    message = _(
        "The result of request {id} is not open to you: only whoever asked sees it, once a second person agreed, for {hours} hours."
    )
    hint = _("Wait for the second person, or ask again with a new request.")
    nothing = _("Nothing was read.")

"""What can go wrong with a mailing that people complained about."""

from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _


class Braked(Refused):
    """Too many complaints or hard bounces."""

    code = "feedback.braked"
    message = _("Mailing {id} was stopped: too many people at {receivers} complained about it, or too many addresses there do not exist.")
    hint = _("Find the cause first. Then an operator lets it go on, with a reason: `siegelpost brake release`.")
    nothing = _("Nothing was sent.")


class NotBraked(BadInput):
    """There is nothing to release."""

    code = "feedback.not_braked"
    message = _("Nothing about mailing {id} is warned about, slowed down or stopped.")
    hint = _("`siegelpost brake list` shows those that are.")


class ReasonMissing(BadInput):
    """A release needs its reason."""

    code = "feedback.release_reason"
    message = _("A mailing is let go on only with a reason.")
    hint = _("Say in a sentence what was found and what was done about it.")

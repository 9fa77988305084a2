"""What can go wrong where rooms meet."""

from typing import Final

from siegelpost.accounts import approval_rules as rules
from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate


class NotProved(Refused):
    """Nobody knows who sits at the command line."""

    code = "staff.not_proved"
    message = _("This is not the password of this person, or nobody of the staff has this address.")
    hint = _("Type the password with which the person logs in; whoever has none sets one on the page “Account”.")
    nothing = _("Nothing was done.")


class ComplaintMissing(BadInput):
    """Nobody with this address complained."""

    code = "complaint.missing"
    message = _("No complaint stands against this address.")
    hint = _("`siegelpost suppression check` shows every reason why it is not written to.")


class LiftNotAsked(Refused):
    """No request that a second person could agree to."""

    code = "complaint.not_asked"
    message = _("No privacy officer has asked for this within seven days with this very document, or there was another complaint since.")
    hint = _("The privacy officer asks with `siegelpost suppression ask-lift`; the second person then needs the same file.")
    nothing = _("The block stays.")


class NotTheSecond(Refused):
    """Somebody cannot be the second person."""

    code = "complaint.not_the_second"
    message = _("You cannot be the second person here: {why}.")
    hint = _("Let another privacy officer, or somebody who runs the installation, look at the request.")
    nothing = _("The block stays.")

    def __init__(self, reason: str) -> None:
        super().__init__(why=translate(_WHY.get(reason, _OTHERWISE)))


_OTHERWISE: Final = _("you may not decide about this")
_WHY: Final = {
    rules.OWN: _("you asked for it yourself"),
    rules.NEWCOMER: _("your account came after the request"),
    rules.HELPED: _("whoever asked made you a link to log in since"),
}


class KeyOfAnother(BadInput):
    """One key of a call for two different things."""

    code = "launch.key_reused"
    message = _("A call with this key launched the mailing in another way, or at another time.")
    hint = _("Send the same call again to learn what became of it, or take a new key for a new launch.")
    nothing = _("Nothing was sent by this call.")


class SecondPersonNeeded(Refused):
    """Nobody lets themselves into the data of others."""

    code = "access.second_person_needed"
    message = _(
        "This takes a second person: somebody else of the operator, who ran the installation before it was asked for, does not ask for "
        "the same tenant, and has just shown that it is them."
    )
    hint = _("Ask a colleague. The tenant's own approval is given by somebody of the tenant.")
    nothing = _("Nothing was opened.")


class NobodyToTell(Refused):
    """An emergency of which the tenant would not learn."""

    code = "access.nobody_to_tell"
    message = _("The tenant could not be told: it has no administrator and no data protection address, or no sender that may send.")
    hint = _("Let it have one of them first, or ask it to let you in on its page “Operator access”.")
    nothing = _("Nothing was opened.")

"""What can go wrong where rooms meet."""

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _


class NotProved(Refused):
    """Nobody knows who sits at the command line."""

    code = "staff.not_proved"
    message = _("This is not the password of this person, or nobody of the staff has this address.")
    hint = _("Type the password with which the person logs in; whoever has none sets one on the page “Account”.")
    nothing = _("Nothing was done.")

"""What can go wrong with a launch."""

from siegelpost.base.errors import DoneInPart, Refused
from siegelpost.base.i18n import marked as _


class NotLaunched(Refused):
    """The mailing was not sent yet."""

    code = "delivery.not_launched"
    message = _("Mailing {id} was not launched yet.")
    hint = _("Run `siegelpost mailing send` first.")


class ConservationBroken(DoneInPart):
    """Rows and counters differ: something wrote past the engine."""

    code = "delivery.conservation_broken"
    message = _("The deliveries of mailing {id} do not add up.")
    hint = _("Look into the log for the difference; nothing goes out until it is understood.")
    nothing = _("The mailing was paused.")


class DatabaseOlder(DoneInPart):
    """A tenant's database was put back: it does not know a slice that was claimed."""

    code = "delivery.database_older"
    message = _("The database of a tenant is an older copy: what it says is due may have gone out.")
    hint = _("Look at its mailings; `siegelpost mailing resume` sends what is due.")
    nothing = _("Its mailings were paused.")

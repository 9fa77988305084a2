"""What can go wrong with a launch."""

from siegelpost.base.errors import BadInput, DoneInPart, Refused, WrongUsage
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


class DomainTaken(BadInput):
    """A domain has one limit, not two."""

    code = "pace.domain_taken"
    message = _("{domain} is in the group {group} already.")
    hint = _("Take it out of there first, or name others.")


class ReceiversUnknown(BadInput):
    """A name that stands for no domains by itself."""

    code = "pace.receivers_unknown"
    message = _("No receiving domains are known under this name.")
    hint = _("Name them with --domain or --mx, or use one of: {known}.")


class PaceMissing(WrongUsage):
    """A command that says nothing."""

    code = "pace.missing"
    message = _("No limit was named.")
    hint = _("Name at least one limit, or --off to remove it.")


class WarmUpWrong(BadInput):
    """No steps, or ones that shrink."""

    code = "pace.warm_up_wrong"
    message = _("This is no warm-up plan.")
    hint = _("Write 50..20000 (doubled each day until the target) or 50,100,200 (day by day).")


class WindowWrong(BadInput):
    """No days and hours."""

    code = "pace.window_wrong"
    message = _("This is no sending window.")
    hint = _("Write it like 'Mo-Fr 08:00-18:00' or '08:00-18:00'.")


class NoSuchSender(BadInput):
    """Neither address nor domain of a sender."""

    code = "pace.sender_unknown"
    message = _("No sender has this address or domain.")
    hint = _("Add it first: siegelpost sender add SLUG 'Name <address>'.")

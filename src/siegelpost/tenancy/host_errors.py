"""What can be wrong with a name of a tenant's own."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


class HostWrong(BadInput):
    """No name that a tenant could have: an address, one word, or one of the installation's own."""

    code = "host.wrong"
    message = _("This is no name that public pages could have.")
    hint = _("Type a host of a domain of yours, such as news.example.org. It cannot be one of this installation.")


class HostKnown(BadInput):
    """The tenant has it already."""

    code = "host.known"
    message = _("This name is in the list already.")
    hint = _("Publish its record and check it.")


class HostsTooMany(Refused):
    """Nobody needs more, and each is looked at every day."""

    code = "host.too_many"
    message = _("A tenant can have at most {most} names.")
    hint = _("Remove one that you do not use.")


class HostUnknown(NotFound):
    """No name of this tenant has this number."""

    code = "host.unknown"
    message = _("There is no such name.")
    hint = _("Load the page anew.")


class HostTaken(Refused):
    """Another tenant has proved it, and its record is still there."""

    code = "host.taken"
    message = _("This name is in use elsewhere in this installation.")
    hint = _("If it is yours, take the older record “siegelpost-host=…” out of its DNS and check again.")


class HostUnproved(Refused):
    """Links would lead to somebody else."""

    code = "host.unproved"
    message = _("It is not proved yet that this name is yours.")
    hint = _("Publish the record and check it first.")

"""What can go wrong at the public doors themselves; everything else comes from the rooms."""

from siegelpost.base.errors import BadInput, NotFound, SiegelpostError
from siegelpost.base.i18n import marked as _


class PageUnknown(NotFound):
    """No route."""

    code = "public.page_unknown"
    message = _("There is no page at this address.")
    hint = _("Use the link exactly as it stands in the message.")


class MethodWrong(BadInput):
    """A door was asked in a way that it does not know."""

    code = "public.method_wrong"
    message = _("This page cannot be asked in this way.")
    hint = _("Open the link in a browser.")
    status = 405


class RequestUnreadable(BadInput):
    """A body that is too large or broken."""

    code = "public.request_unreadable"
    message = _("The request could not be read.")
    hint = _("Please go back and try again with less text.")
    status = 400


class OurFault(SiegelpostError):
    """A bug of ours; the page says nothing about its insides."""

    code = "public.our_fault"
    message = _("Something went wrong on our side.")
    hint = _("Please try again in a few minutes.")
    nothing = _("It is not certain whether your request was carried out.")
    status = 500

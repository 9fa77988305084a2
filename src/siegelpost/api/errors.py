"""What can be wrong with a call of the interface."""

from siegelpost.base.errors import BadInput, NotFound, Refused, SiegelpostError
from siegelpost.base.i18n import marked as _


class TokenRefused(Refused):
    """No token, none of ours, one that is over, or one whose owner may not log in: which of these, only the page says."""

    code = "api.token_refused"
    status = 401
    message = _("There is no token in the header, or it opens nothing (any more).")
    hint = _("Send `Authorization: Bearer siegelpost_…`. The page “API tokens” shows which tokens there are and until when.")
    nothing = _("Nothing was read or changed.")


class TooManyWrong(Refused):
    """Somebody tries tokens."""

    code = "api.too_many_wrong_tokens"
    status = 429
    message = _("Too many calls without a valid token came from this address.")
    hint = _("Wait {minutes} minutes, then send a valid one.")
    nothing = _("Nothing was read or changed.")


class NoSuchTenant(NotFound):
    """No tenant of that name, or not the token's."""

    code = "api.no_such_tenant"
    message = _("This token opens no tenant of that name.")
    hint = _("Write the tenant's short name into the address, as the page “API tokens” shows it.")
    nothing = _("Nothing was read or changed.")


class RightMissing(Refused):
    """The token was not given the right, or its owner does not have it any more."""

    code = "api.right_missing"
    message = _("This token does not allow this.")
    hint = _("It needs the right “{right}”, and so does the person it belongs to.")
    nothing = _("Nothing was read or changed.")


class RequestWrong(BadInput):
    """Parts of the request that are missing, of another type, or unknown; their values are not repeated."""

    code = "api.request_wrong"
    message = _("Parts of the request are missing, unknown or of another type: {where}.")
    hint = _("Compare with /api/v1/openapi.json.")


class NotJson(BadInput):
    """A body of another kind."""

    code = "api.not_json"
    status = 415
    message = _("The body is not JSON.")
    hint = _("Send `Content-Type: application/json` and one JSON object in UTF-8.")


class BodyTooLarge(BadInput):
    """More than a call takes, or nobody says how much."""

    code = "api.too_large"
    status = 413
    message = _("The body is larger than {bytes} bytes, or does not say how large it is.")
    hint = _("Send `Content-Length`. Many people at once come in by an import.")


class NoSuchAddress(NotFound):
    """A path that leads nowhere."""

    code = "api.no_such_address"
    message = _("There is no such address.")
    hint = _("/api/v1/openapi.json lists those that exist.")


class NoSuchMethod(BadInput):
    """A path that is asked in another way."""

    code = "api.no_such_method"
    status = 405
    message = _("This address is not called in this way.")
    hint = _("/api/v1/openapi.json lists the ways.")


class OurFault(SiegelpostError):
    """A mistake in the program, named in the log by kind and place."""

    code = "api.our_fault"
    status = 500
    message = _("Something went wrong on our side.")
    hint = _("Try again. If it stays like this, tell the operator the code and the time.")
    nothing = _("Nothing was told. What was asked to be changed may have been: look before you try again.")

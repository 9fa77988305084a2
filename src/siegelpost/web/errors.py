"""Errors of the staff's pages."""

from siegelpost.base.errors import NotFound
from siegelpost.base.i18n import marked as _


class NoSuchTenant(NotFound):
    """No tenant of that name, or none in which the reader has a role."""

    code = "web.no_such_tenant"
    message = _("You have no access to a tenant of that name.")
    hint = _("Go to the start and choose one of yours.")

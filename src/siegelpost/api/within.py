"""Calls about one mailing: looked for within the limits of the call first, then answered with figures of the whole tenant."""

from siegelpost.api.gate import Call
from siegelpost.mailings.reads import lists_of
from siegelpost.tenancy.handle import TenantDB


def tenant_of(call: Call, mailing_id: int) -> TenantDB:
    """The whole tenant, for what names nobody and is about a mailing that lies within the limits of the call. Raises MailingUnknown."""
    lists_of(call.tenant, mailing_id)
    return call.tenant.unlimited

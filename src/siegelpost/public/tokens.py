"""From the token in a link to its tenant and what it says."""

from django.http import HttpRequest

from siegelpost.public.names import is_foreign
from siegelpost.sign.tokens import Token, TokenForged, peek_tenant, read_token
from siegelpost.tenancy.departing import is_gone
from siegelpost.tenancy.errors import TenantGone, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number


def open_token(request: HttpRequest, purpose: str, text: str, *, numbers: int) -> tuple[TenantDB, Token]:
    """Return the tenant and the content of a genuine token of `purpose` that holds so many numbers.

    Raises TokenForged for anything else, also where the tenant is unknown, or the request came to the own name of another one: a
    stranger learns nothing from the difference. TenantGone where it was erased: its key went, too, so nobody can tell
    whether the link was genuine.
    """
    number = peek_tenant(text)
    try:
        tenant = open_by_number(number)
    except TenantUnknown:
        raise (TenantGone if is_gone(number) else TokenForged) from None
    token = read_token(purpose, text, lambda _tenant, _key: tenant.keys.tokens)
    if len(token.numbers) != numbers or is_foreign(request.META, tenant.number):
        raise TokenForged
    return tenant, token

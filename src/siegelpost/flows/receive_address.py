"""Whose address or link is this? Only what we made ourselves leads to a tenant."""

from dataclasses import dataclass

from siegelpost.sign.tokens import Token, TokenForged, read_token
from siegelpost.sign.verp import read_verp
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number

LINK = "link"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a genuine address or link says.

    kind     verp.BOUNCE, verp.OUTGOING, verp.UNSUBSCRIBE, verp.REPLY, verp.REPORT, or LINK for an unsubscribe link
    numbers  delivery_id, outgoing_id, or subscriber_id and mailing_id; none for REPLY, domain_id for REPORT
    """

    tenant: TenantDB
    kind: str
    numbers: tuple[int, ...]


def read_address(address: str) -> Proven | None:
    """Return what an address of ours says, whatever the domain behind the @; None for every other address."""
    return read_local_part(address.rpartition("@")[0])


def read_local_part(local_part: str) -> Proven | None:
    """Return what the part before the @ says; None if we did not make it."""
    try:
        found = read_verp(local_part, _key_of)
    except TokenForged:
        return None
    return _proven(found.kind, found.token)


def read_link(text: str) -> Proven | None:
    """Return what the token of an unsubscribe link says; None if we did not make it."""
    try:
        return _proven(LINK, read_token("u", text, _key_of))
    except TokenForged:
        return None


def _proven(kind: str, token: Token) -> Proven:
    return Proven(open_by_number(token.tenant_number), kind, token.numbers)


def _key_of(tenant_number: int, key_number: int) -> bytes:
    if key_number:
        raise LookupError  # a tenant has one key so far
    return open_by_number(tenant_number).keys.tokens

"""A tenant brings a certificate with its key for a name that is its own; it is looked at before anybody is served with it."""

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence.services import append
from siegelpost.flows.certificate_rules import Fault, breaks, chain_of, fault_in
from siegelpost.flows.tls_pair import Pair
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.host_errors import HostUnproved
from siegelpost.tenancy.host_keys import Brought, forget_key, keep_key
from siegelpost.tenancy.public_hosts import host_by_id

MOST_BYTES: Final = 65_536
"""Of each file: the longest chains have some ten thousand."""
SOON: Final = 14
"""Days before its end at which somebody should bring another."""
WHY: Final = {
    Fault.CERTIFICATE: _("the first file holds no certificate in PEM"),
    Fault.KEY: _("the second file holds no key in PEM without a password"),
    Fault.TWO_PAIRS: _("the key does not belong to the first certificate"),
    Fault.NOT_NOW: _("it is not valid today"),
    Fault.NAME: _("it was not made for {host}"),
    Fault.WEAK: _("it is too weak, such as RSA below 2,048 bits or SHA-1"),
    Fault.CHAIN: _("one of the certificates does not vouch for the one before it"),
}


class CertificateRefused(BadInput):
    """What browsers would refuse."""

    code = "host.certificate_refused"
    message = _("This certificate cannot be used: {why}.")
    hint = _("Bring the certificate with those who vouch for it in their order, and the key it was made for.")


def bring(tenant: TenantDB, host_id: int, pair: Pair, *, actor: Actor, now: datetime) -> Brought:
    """Look at a pair and answer by this name with it, within half a minute. Raises HostUnknown, HostUnproved, CertificateRefused."""
    one = host_by_id(tenant, host_id)
    if not one.verified:
        raise HostUnproved
    chain = chain_of(pair.certificate)
    fault = fault_in(pair, (one.host,), now=now) or (Fault.CHAIN if breaks(chain) else None)
    if fault is not None:
        raise CertificateRefused(why=translate(WHY[fault]).format(host=one.host))
    seen = chain[0].fingerprint(SHA256()).hex(), chain[0].not_valid_after_utc
    with tenant.atomic():
        kept = keep_key(tenant, host_id, _plain(chain), pair.key, seen, now=now)
        _note(tenant, "host_certificate_brought", kept, actor, now)
    return kept


def take_away(tenant: TenantDB, host_id: int, *, actor: Actor, now: datetime) -> None:
    """Forget pair and key. Raises HostUnknown."""
    with tenant.atomic():
        _note(tenant, "host_certificate_removed", forget_key(tenant, host_id), actor, now)


def _plain(chain: list[x509.Certificate]) -> bytes:
    """What was read, and nothing else that may stand in the file."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in chain)


def _note(tenant: TenantDB, act: str, one: Brought, actor: Actor, now: datetime) -> None:
    details = {"host": one.host, "fingerprint": one.fingerprint, "valid_until": one.valid_until.date().isoformat()}
    append(tenant, f"tenancy.{act}", details=details, actor=actor, at=now)

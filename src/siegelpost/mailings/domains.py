"""Sender domains and their two DKIM keys (RFC 6376, RFC 8463)."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings.domain_records import dkim_value
from siegelpost.mailings.models import SenderDomain
from siegelpost.sign.keys import wrap
from siegelpost.tenancy.handle import TenantDB

RSA_BITS: Final = 2048  # RFC 8301 section 3.2; 4096 does not fit into one UDP answer and some verifiers refuse it


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A domain's private keys in PKCS8 DER."""

    rsa: bytes = field(repr=False)
    ed: bytes = field(repr=False)


def new_keys() -> KeyPair:
    """Make the keys of a domain; takes about a tenth of a second."""
    rsa, ed = generate_private_key(65537, RSA_BITS), Ed25519PrivateKey.generate()
    return KeyPair(*(one.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) for one in (rsa, ed)))


def ensure_domain(
    tenant: TenantDB,
    domain: str,
    *,
    unverified_ok: bool,
    actor: Actor,
    now: datetime,
    make_keys: Callable[[], KeyPair] = new_keys,
) -> int:
    """Return the id of a sender domain, making it and its keys if it is new.

    domain         lower-case A-labels
    unverified_ok  the operator permits sending although the DNS is not checked; written down, and taken back by `withdraw` alone
    """
    if not tenant.objects(SenderDomain).filter(domain=domain).exists():
        _add(tenant, _new_row(tenant, domain, make_keys(), now), actor, now)
    with tenant.atomic():
        row = tenant.objects(SenderDomain).get(domain=domain)
        if unverified_ok and tenant.objects(SenderDomain).filter(pk=row.pk, unverified_ok=False).update(unverified_ok=True):
            append(tenant, "sender.unverified_allowed", subject=f"domain:{row.pk}", actor=actor, at=now)
    return row.pk


def withdraw(tenant: TenantDB, domain_id: int, *, actor: Actor, now: datetime) -> bool:
    """Take the permission to send whatever the DNS says back; return whether there was one. Written down. Its own transaction."""
    with tenant.atomic():
        done = tenant.objects(SenderDomain).filter(pk=domain_id, unverified_ok=True).update(unverified_ok=False)
        if done:
            append(tenant, "sender.unverified_withdrawn", subject=f"domain:{domain_id}", actor=actor, at=now)
    return bool(done)


def _new_row(tenant: TenantDB, domain: str, keys: KeyPair, now: datetime) -> SenderDomain:
    return SenderDomain(domain=domain, created_at=now, **wrapped(tenant, keys, now))


def wrapped(tenant: TenantDB, keys: KeyPair, now: datetime) -> dict[str, Any]:
    """Selectors and locked keys of a new pair, by the names of the columns that hold them.

    A selector is never used twice (M3AAWG's advice on rotation): it names the month and some letters of the key, for two
    installations may send for one domain and each name in DNS holds one key only.
    """
    tag = hashlib.sha256(dkim_value(keys.rsa).encode()).hexdigest()[:8]
    return {
        "rsa_selector": f"sp{tenant.number}rsa-{now:%Y%m}-{tag}",
        "rsa_key": wrap(tenant.keys.wrapping, keys.rsa, random=os.urandom),
        "ed_selector": f"sp{tenant.number}ed-{now:%Y%m}-{tag}",
        "ed_key": wrap(tenant.keys.wrapping, keys.ed, random=os.urandom),
    }


def _add(tenant: TenantDB, row: SenderDomain, actor: Actor, now: datetime) -> None:
    """Insert unless another process was faster; its keys count then."""
    with tenant.atomic():
        tenant.objects(SenderDomain).bulk_create([row], ignore_conflicts=True)
        stored = tenant.objects(SenderDomain).get(domain=row.domain)
        if stored.rsa_selector == row.rsa_selector:
            details = {"rsa_selector": row.rsa_selector, "ed_selector": row.ed_selector}
            append(tenant, "sender.domain_added", subject=f"domain:{stored.pk}", details=details, actor=actor, at=now)

"""Sender domains: their two DKIM keys (RFC 6376, RFC 8463) and the DNS records that their owner has to publish."""

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.mailings.models import SenderDomain
from siegelpost.mailings.reads import DomainKeys
from siegelpost.sign.dkim import own_key
from siegelpost.sign.keys import wrap
from siegelpost.tenancy.handle import TenantDB

RSA_BITS: Final = 2048  # RFC 8301 section 3.2; 4096 does not fit into one UDP answer and some verifiers refuse it
TXT_STRING: Final = 255  # bytes of one string in a TXT record, RFC 1035 section 3.3.14


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A domain's private keys in PKCS8 DER."""

    rsa: bytes = field(repr=False)
    ed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS record as its owner types it.

    name    without the dot at the end
    value   one text, for forms of DNS providers; `strings` are its pieces for zone files
    note    an English msgid: what it is for
    needed  False for advice
    """

    name: str
    type: str
    value: str
    note: str
    needed: bool = True

    @property
    def strings(self) -> tuple[str, ...]:
        """The value in pieces of at most 255 characters; readers join them without spaces (RFC 6376 section 3.6.2.2)."""
        return tuple(self.value[at : at + TXT_STRING] for at in range(0, len(self.value), TXT_STRING))

    @property
    def zone_line(self) -> str:
        """The record as a zone file holds it."""
        value = " ".join(f'"{part}"' for part in self.strings) if self.type == "TXT" else self.value
        return f"{self.name}. IN {self.type} {value}"


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
    unverified_ok  the operator permits sending although the DNS is not checked; written down, and never taken back here
    """
    if not tenant.objects(SenderDomain).filter(domain=domain).exists():
        _add(tenant, _new_row(tenant, domain, make_keys(), now), actor, now)
    with tenant.atomic():
        row = tenant.objects(SenderDomain).get(domain=domain)
        if unverified_ok and tenant.objects(SenderDomain).filter(pk=row.pk, unverified_ok=False).update(unverified_ok=True):
            append(tenant, "sender.unverified_allowed", subject=f"domain:{row.pk}", actor=actor, at=now)
    return row.pk


def _new_row(tenant: TenantDB, domain: str, keys: KeyPair, now: datetime) -> SenderDomain:
    # a few letters of the key: two installations may send for one domain, and each name in DNS holds one key only
    tag = hashlib.sha256(_public(keys.rsa)).hexdigest()[:4]
    return SenderDomain(
        domain=domain,
        rsa_selector=f"sp{tenant.number}rsa-{now:%Y%m}-{tag}",
        rsa_key=wrap(tenant.keys.wrapping, keys.rsa, random=os.urandom),
        ed_selector=f"sp{tenant.number}ed-{now:%Y%m}-{tag}",
        ed_key=wrap(tenant.keys.wrapping, keys.ed, random=os.urandom),
        created_at=now,
    )


def _add(tenant: TenantDB, row: SenderDomain, actor: Actor, now: datetime) -> None:
    """Insert unless another process was faster; its keys count then."""
    with tenant.atomic():
        tenant.objects(SenderDomain).bulk_create([row], ignore_conflicts=True)
        stored = tenant.objects(SenderDomain).get(domain=row.domain)
        if stored.rsa_selector == row.rsa_selector:
            details = {"rsa_selector": row.rsa_selector, "ed_selector": row.ed_selector}
            append(tenant, "sender.domain_added", subject=f"domain:{stored.pk}", details=details, actor=actor, at=now)


def dns_records(keys: DomainKeys, *, bounce_domain: str, mail_host: str) -> list[Record]:
    """The records for one sender domain: two that signing needs, and advice.

    bounce_domain  domain of the envelope sender
    mail_host      host name under which this installation receives mail

    Source: RFC 6376 section 3.6.1, RFC 8463 section 4.2 (raw 32 bytes), RFC 7489 section 6.3, RFC 7208 section 4.5.
    """
    return [
        Record(f"{keys.rsa_selector}._domainkey.{keys.domain}", "TXT", _dkim("rsa", _public(keys.rsa_private)), RSA_NOTE),
        Record(f"{keys.ed_selector}._domainkey.{keys.domain}", "TXT", _dkim("ed25519", _public(keys.ed_private)), ED_NOTE),
        Record(f"_dmarc.{keys.domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:postmaster@{keys.domain}", DMARC_NOTE, needed=False),
        Record(bounce_domain, "MX", f"10 {mail_host}.", MX_NOTE, needed=False),
        Record(bounce_domain, "TXT", f"v=spf1 a:{mail_host} ~all", SPF_NOTE, needed=False),
    ]


RSA_NOTE: Final = _("DKIM, RSA: every mail is signed with it.")
ED_NOTE: Final = _("DKIM, Ed25519: a second, shorter signature.")
DMARC_NOTE: Final = _("DMARC, if the domain has none yet: large providers ask for one. Tighten p=none once the reports are clean.")
MX_NOTE: Final = _("Bounces come here; the sender's own domain keeps its MX, so that replies arrive.")
SPF_NOTE: Final = _("SPF is asked of the envelope sender. Name the hosts from which the relay sends, if they are others.")


def _dkim(kind: str, public: bytes) -> str:
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def _public(private: bytes) -> bytes:
    """SubjectPublicKeyInfo of an RSA key, the raw 32 bytes of an Ed25519 key."""
    key = own_key(private)
    if isinstance(key, Ed25519PrivateKey):
        return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

"""What is wrong with a certificate and its key, looked at before anybody is served with them. Asks OpenSSL, and no disk."""

import ssl
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from siegelpost.flows.tls_pair import Pair, server_context


class Fault(StrEnum):
    """Why browsers would refuse it, or why we could not use it."""

    CERTIFICATE = "certificate"
    """No PEM."""
    KEY = "key"
    """No PEM, or it has a password."""
    TWO_PAIRS = "two_pairs"
    NOT_NOW = "not_now"
    NAME = "name"
    WEAK = "weak"
    """What OpenSSL refuses at its level 2: below 112 bits, such as RSA below 2,048 and SHA-1."""
    CHAIN = "chain"
    """One in it does not vouch for the one before (RFC 8446 section 4.4.2)."""


def fault_in(pair: Pair, hosts: tuple[str, ...], *, now: datetime) -> Fault | None:
    """Say what is wrong with a pair for these hosts, None where nothing is; whether browsers trust it only they know."""
    chain, key = chain_of(pair.certificate), _key(pair.key)
    if not chain:
        return Fault.CERTIFICATE
    if key is None:
        return Fault.KEY
    if _bytes(key.public_key()) != _bytes(chain[0].public_key()):
        return Fault.TWO_PAIRS
    if not chain[0].not_valid_before_utc <= now < chain[0].not_valid_after_utc:
        return Fault.NOT_NOW
    if not all(names(chain[0], host) for host in hosts):
        return Fault.NAME
    try:
        server_context(pair)
    except (ssl.SSLError, OSError):
        return Fault.WEAK
    return None


def breaks(chain: list[x509.Certificate]) -> bool:
    """Whether one does not vouch for the one before it."""
    try:
        for one, above in pairwise(chain):
            one.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return True
    return False


def chain_of(text: bytes) -> list[x509.Certificate]:
    """The certificate, then who vouches for it; empty for what is none."""
    try:
        return x509.load_pem_x509_certificates(text)
    except ValueError:
        return []


def names(certificate: x509.Certificate, host: str) -> bool:
    """Whether browsers take it for this host (RFC 9525 section 6.3): by its alternative names alone, `*` for one label."""
    try:
        said = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    known = {one.lower() for one in said.get_values_for_type(x509.DNSName)} | {str(one) for one in said.get_values_for_type(x509.IPAddress)}
    return host.lower() in known or f"*.{host.lower().partition('.')[2]}" in known


def _key(text: bytes) -> Any:
    try:
        return load_pem_private_key(text, password=None)
    except (ValueError, TypeError):  # TypeError: it has a password
        return None


def _bytes(key: Any) -> bytes:
    found: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found

"""Time stamps of checkpoints (RFC 3161): another house signs that it saw a text, and when. Pure; the only file that knows rfc3161-client.

A checkpoint says the time by our own clock. A time stamp says it by the clock of somebody who owns neither our keys nor our database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)


class StampWrong(Exception):
    """What came is no time stamp of this text, or nobody who is trusted signed it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to send (DER), and the number in it that the answer must repeat."""

    content: bytes
    nonce: int


def ask(text: str) -> Asked:
    """A request for a time stamp of `text`: it holds nothing but a hash (SHA-256) and a random number."""
    request = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    return Asked(request.as_bytes(), request.nonce or 0)


def accept(answer: bytes, text: str, nonce: int | None = None) -> datetime:
    """The time in an answer (DER) that grants a stamp of `text`, unproven: whose it is, says `judge`. Raises StampWrong."""
    try:
        found = decode_timestamp_response(answer)
        if found.status not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
            raise StampWrong
        info = found.tst_info
    except ValueError:
        raise StampWrong from None
    if info.message_imprint.message != sha256(text.encode()).digest() or (nonce is not None and info.nonce != nonce):
        raise StampWrong
    return info.gen_time


def judge(answer: bytes, text: str, roots: Sequence[bytes]) -> datetime:
    """The time in an answer, if an authority under one of these certificates (PEM) signed it. Raises StampWrong."""
    at = accept(answer, text)
    try:
        found = decode_timestamp_response(answer)
        trusted = [one for pem in roots for one in load_pem_x509_certificates(pem)]
        inside = [load_der_x509_certificate(one) for one in found.signed_data.certificates]
        builder = VerifierBuilder(roots=trusted, intermediates=[one for one in inside if one not in trusted])
        builder.build().verify_message(found, text.encode())
    except (ValueError, VerificationError):
        raise StampWrong from None
    return at

"""What proves that a post came from a mail provider: its signature, or a secret that only the provider was told.

Sources: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html; documentation.mailgun.com, user manual, "Securing
Webhooks"; twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features;
postmarkapp.com/developer/webhooks/webhooks-overview (basic authentication, RFC 7617; Postmark signs nothing).
"""

import hmac
from base64 import b64decode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

BASIC_USER: Final = "siegelpost"

_SNS_HASHES: Final[dict[str, type[SHA1] | type[SHA256]]] = {"1": SHA1, "2": SHA256}
_SNS_SIGNED: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_SNS_SIGNED["UnsubscribeConfirmation"] = _SNS_SIGNED["SubscriptionConfirmation"]


def sns_holds(fields: Mapping[str, str], certificates: Iterable[str], now: datetime) -> bool:
    """Whether Amazon SNS signed a message with one of these certificates (PEM) that is valid now.

    fields  the texts of its JSON; "Subject" counts only where it is there
    """
    names, kind = _SNS_SIGNED.get(fields.get("Type", "")), _SNS_HASHES.get(fields.get("SignatureVersion", ""))
    signature = _base64(fields.get("Signature", ""))
    if names is None or kind is None or not signature:
        return False
    signed = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields).encode("utf-8", "surrogatepass")
    return any(_signed_by(key, signature, signed, kind) for one in certificates if (key := certificate_key(one, now)))


def _signed_by(key: RSAPublicKey, signature: bytes, signed: bytes, kind: type[SHA1] | type[SHA256]) -> bool:
    try:
        key.verify(signature, signed, PKCS1v15(), kind())
    except InvalidSignature:
        return False
    return True


def certificate_key(pem: str, now: datetime) -> RSAPublicKey | None:
    """The key of a certificate that is valid now; None for one that is not, and for what is no certificate with an RSA key."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    valid = found.not_valid_before_utc <= now <= found.not_valid_after_utc
    return key if valid and isinstance(key, RSAPublicKey) else None


def mailgun_holds(key: str, timestamp: str, token: str, signature: str) -> bool:
    """Whether Mailgun made this: hexadecimal HMAC-SHA256 of timestamp and token. The rest of the post is not signed."""
    made = hmac.digest(key.encode(), (timestamp + token).encode("utf-8", "surrogatepass"), "sha256").hex()
    return hmac.compare_digest(made.encode(), signature.encode("utf-8", "surrogatepass"))


def sendgrid_holds(key: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Whether SendGrid made this: ECDSA with P-256 and SHA-256 over timestamp and body as it came (FIPS 186-5)."""
    known, raw = event_key(key), _base64(signature)
    if known is None or not raw:
        return False
    try:
        known.verify(raw, timestamp.encode("utf-8", "surrogatepass") + body, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def event_key(text: str) -> EllipticCurvePublicKey | None:
    """SendGrid's verification key, base64 as its page shows it, or PEM; None for anything else."""
    try:
        key = load_pem_public_key(text.encode()) if "-----BEGIN" in text else load_der_public_key(_base64("".join(text.split())))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1) else None


def basic_holds(password: str, header: str) -> bool:
    """Whether a header Authorization holds our user name and this password; compared in constant time."""
    scheme, _space, text = header.partition(" ")
    given = _base64(text.strip()) if scheme.lower() == "basic" else b""
    return hmac.compare_digest(f"{BASIC_USER}:{password}".encode(), given)


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""

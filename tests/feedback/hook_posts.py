"""What the four providers post, in the shape of their documentation, signed as they sign: each about one message to one person."""

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from siegelpost.feedback.hooks.gates import MAILGUN, POSTMARK, SENDGRID, SES, Posted, Secret

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-central-1:000000000000:returns"
CERTIFICATE_URL = f"https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-{'0a' * 16}.pem"
CONFIRM_URL = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + TOPIC + "&Token=2336412f37"
GONE = "550 5.1.1 The email account that you tried to reach does not exist"
FULL = "552 5.2.2 mailbox full"
BLOCKED = "550 5.7.1 message rejected as spam"


@dataclass(frozen=True)
class About:
    """A message as its provider repeats it."""

    email: str = "ann@example.org"
    envelope: str = "b-00@bounce.example.org"
    message_id: str = "00" * 16 + "@example.org"
    link: str = "https://news.example.org/u/none"
    headers: bool = True  # SES repeats them only where the operator wants it


@cache
def sns_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def event_private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def certificate(begin: datetime = NOON - timedelta(days=30), days: int = 365) -> str:
    """A certificate of SNS's key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.test")])
    made = x509.CertificateBuilder(name, name, sns_key().public_key(), 7, begin, begin + timedelta(days=days))
    return made.sign(sns_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def event_key_text() -> str:
    """SendGrid's verification key as its page shows it."""
    public = event_private_key().public_key()
    return b64encode(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).decode()


SECRETS = {
    SES: Secret(topic=TOPIC, certificates=(certificate(),)),
    POSTMARK: Secret(password="correct horse"),
    MAILGUN: Secret(key="key-0123456789"),
    SENDGRID: Secret(key=event_key_text()),
}


def sns(message: object, *, at: datetime = NOON, version: str = "2", key: rsa.RSAPrivateKey | None = None, **other: Any) -> Posted:
    """A message of SNS; `other` replaces or adds fields before it is signed."""
    text = message if isinstance(message, str) else json.dumps(message)
    fields = {"Type": "Notification", "MessageId": str(uuid4()), "TopicArn": TOPIC, "Message": text, "SignatureVersion": version,
              "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "SigningCertURL": CERTIFICATE_URL, **other}  # fmt: skip
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    signed = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields).encode()
    kind = hashes.SHA1() if version == "1" else hashes.SHA256()
    fields["Signature"] = b64encode((key or sns_key()).sign(signed, padding.PKCS1v15(), kind)).decode()
    return Posted(body=json.dumps(fields).encode())


def subscription(**other: Any) -> Posted:
    """Amazon asks whether we want the messages of a topic."""
    return sns("You have chosen to subscribe", Type="SubscriptionConfirmation", Token="2336412f37", SubscribeURL=CONFIRM_URL, **other)


def ses_mail(about: About) -> dict[str, Any]:
    headers = [{"name": "Message-ID", "value": f"<{about.message_id}>"}, {"name": "List-Unsubscribe", "value": f"<{about.link}>"}]
    return {"source": about.envelope, "destination": [about.email], "messageId": "0100", **({"headers": headers} if about.headers else {})}


def ses_bounce(about: About, words: str = GONE, kind: str = "Permanent", status: str = "5.1.1") -> dict[str, Any]:
    one = {"emailAddress": about.email, "action": "failed", "status": status, "diagnosticCode": f"smtp; {words}"}
    return {"notificationType": "Bounce", "mail": ses_mail(about), "bounce": {"bounceType": kind, "bouncedRecipients": [one]}}


def ses_complaint(about: About, **more: str) -> dict[str, Any]:
    complaint = {"complainedRecipients": [{"emailAddress": about.email}], "complaintFeedbackType": "abuse", **more}
    return {"eventType": "Complaint", "mail": ses_mail(about), "complaint": complaint}


def postmark(about: About, kind: str, details: str = "", **more: Any) -> Posted:
    record = "SpamComplaint" if kind == "SpamComplaint" else "Bounce"
    said = {"RecordType": record, "Type": kind, "Email": about.email, "From": "news@example.org", "Details": details,
            "Content": f"Return-Path: <pm@bounces.example>\r\nList-Unsubscribe: <{about.link}>\r\n", **more}  # fmt: skip
    return basic(json.dumps(said).encode())


def basic(body: bytes, password: str = "correct horse", user: str = "siegelpost") -> Posted:
    return Posted(body=body, authorization="Basic " + b64encode(f"{user}:{password}".encode()).decode())


@dataclass
class Counter:
    """Tokens of Mailgun, each another one."""

    n: int = field(default=0)

    def next(self) -> str:
        self.n += 1
        return f"{self.n:050x}"


TOKENS = Counter()


def mailgun(about: About, event: str, *, at: datetime = NOON, token: str = "", key: str = "key-0123456789", **more: Any) -> Posted:
    timestamp, token = str(int(at.timestamp())), token or TOKENS.next()
    signature = hmac.digest(key.encode(), (timestamp + token).encode(), "sha256").hex()
    said = {"event": event, "recipient": about.email, "envelope": {"sender": about.envelope, "targets": about.email},
            "message": {"headers": {"message-id": about.message_id, "to": about.email}}, **more}  # fmt: skip
    return Posted(
        body=json.dumps({"signature": {"timestamp": timestamp, "token": token, "signature": signature}, "event-data": said}).encode()
    )


def mailgun_failed(about: About, words: str = GONE, reason: str = "bounce", **more: Any) -> Posted:
    code, _space, rest = words.partition(" ")
    status = {"code": int(code) if code else 0, "message": rest}
    return mailgun(about, "failed", severity="permanent", reason=reason, **{"delivery-status": status, **more})


def sendgrid_event(about: About, event: str, **more: Any) -> dict[str, Any]:
    known = {"email": about.email, "timestamp": 1, "smtp-id": f"<{about.message_id}>", "event": event}
    return {**known, "sg_event_id": sha256(repr((about, event, more)).encode()).hexdigest()[:22], **more}


def sendgrid(events: object, *, at: datetime = NOON, key: ec.EllipticCurvePrivateKey | None = None) -> Posted:
    return signed_by_sendgrid(json.dumps(events).encode(), at=at, key=key)


def signed_by_sendgrid(body: bytes, *, at: datetime = NOON, key: ec.EllipticCurvePrivateKey | None = None) -> Posted:
    timestamp = str(int(at.timestamp()))
    signature = (key or event_private_key()).sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return Posted(body=body, timestamp=timestamp, signature=b64encode(signature).decode())


def bounce(provider: str, about: About, words: str = GONE) -> Posted:
    """A bounce for good, with the other server's words."""
    status = words.split()[1] if words.count(" ") > 1 else ""
    return {
        SES: lambda: sns(ses_bounce(about, words, status=status)),
        POSTMARK: lambda: postmark(about, "HardBounce", f"smtp;{words}"),
        MAILGUN: lambda: mailgun_failed(about, words),
        SENDGRID: lambda: sendgrid([sendgrid_event(about, "bounce", reason=words, status=status, type="bounce")]),
    }[provider]()


def complaint(provider: str, about: About) -> Posted:
    """A person called the message spam."""
    return {
        SES: lambda: sns(ses_complaint(about)),
        POSTMARK: lambda: postmark(about, "SpamComplaint"),
        MAILGUN: lambda: mailgun(about, "complained"),
        SENDGRID: lambda: sendgrid([sendgrid_event(about, "spamreport")]),
    }[provider]()

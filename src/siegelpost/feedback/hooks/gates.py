"""Is a post genuine, new enough, and which one is it? Pure.

Providers post the same again until they get an answer (Mailgun for 8 hours, SendGrid for 24), so a post is believed for a little
longer than that, and what tells it from others is kept beyond: what was taken once is not taken again.

Sources: see `sign.hooks`; documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from re import compile as pattern
from typing import Final

from siegelpost.feedback.hooks import mailgun, postmark, sendgrid, ses
from siegelpost.feedback.hooks.events import HookEvent, Unreadable
from siegelpost.sign.hooks import basic_holds, mailgun_holds, sendgrid_holds, sns_holds

SES, POSTMARK, MAILGUN, SENDGRID = "ses", "postmark", "mailgun", "sendgrid"
MAX_BODY: Final = 8 * 1024 * 1024
"""Bytes of one post: 10,000 events of SendGrid are some 5 MB."""
OLDEST: Final = timedelta(hours=25)
AHEAD: Final = timedelta(minutes=5)
"""Clocks of others."""
KEPT_FOR: Final = timedelta(days=3)
"""How long a post is known again, longer than it is believed."""

_UUID: Final = pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECONDS: Final = pattern(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What proves posts to one address.

    password      Postmark: of basic authentication
    key           Mailgun: signing key; SendGrid: verification key
    topic         SES: the ARN of the only topic whose messages count
    certificates  SES: with which Amazon signs, PEM
    """

    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    topic: str = ""
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came; the headers are those of basic authentication and of SendGrid's signature."""

    body: bytes
    authorization: str = ""
    timestamp: str = ""
    signature: str = ""


def name_of(provider: str, secret: Secret, posted: Posted, now: datetime) -> bytes:
    """Return what tells a genuine post from all others of its address, b"" for one that is not genuine, or too old. Raises nothing."""
    try:
        return _GATES[provider](secret, posted, now)
    except Unreadable:
        return b""


def read(provider: str, body: bytes) -> list[HookEvent]:
    """What a genuine post tells. Raises Unreadable."""
    return _READERS[provider](body)


def wanted_certificate(secret: Secret, posted: Posted) -> str:
    """Where the certificate lies with which Amazon says to have signed a message of our topic, "" for every other post."""
    try:
        fields = ses.envelope(posted.body) if len(posted.body) <= ses.MAX_MESSAGE else {}
    except Unreadable:
        return ""
    return ses.certificate_address(fields) if secret.topic and fields.get("TopicArn") == secret.topic else ""


def _ses(secret: Secret, posted: Posted, now: datetime) -> bytes:
    if len(posted.body) > ses.MAX_MESSAGE or not secret.topic:
        return b""
    fields = ses.envelope(posted.body)
    ours = fields.get("TopicArn") == secret.topic and bool(ses.certificate_address(fields))
    name = fields.get("MessageId", "")  # of one form: what is signed has no other sign between its parts than line feeds
    fresh = _fresh(_moment(fields.get("Timestamp", "")), now)
    return name.encode() if ours and fresh and _UUID.fullmatch(name) and sns_holds(fields, secret.certificates, now) else b""


def _postmark(secret: Secret, posted: Posted, now: datetime) -> bytes:
    genuine = bool(secret.password) and basic_holds(secret.password, posted.authorization)
    return sha256(posted.body).digest() if genuine else b""


def _mailgun(secret: Secret, posted: Posted, now: datetime) -> bytes:
    timestamp, token, signature = mailgun.signature(posted.body)
    genuine = bool(secret.key and token) and mailgun_holds(secret.key, timestamp, token, signature)
    return token.encode() if genuine and _fresh(_second(timestamp), now) else b""


def _sendgrid(secret: Secret, posted: Posted, now: datetime) -> bytes:
    genuine = bool(secret.key) and sendgrid_holds(secret.key, posted.timestamp, posted.body, posted.signature)
    return sha256(posted.body).digest() if genuine and _fresh(_second(posted.timestamp), now) else b""


def _fresh(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - OLDEST <= moment <= now + AHEAD


def _second(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if _SECONDS.fullmatch(text) else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


_GATES: Final[Mapping[str, Callable[[Secret, Posted, datetime], bytes]]] = {
    SES: _ses, POSTMARK: _postmark, MAILGUN: _mailgun, SENDGRID: _sendgrid,
}  # fmt: skip
_READERS: Final[Mapping[str, Callable[[bytes], list[HookEvent]]]] = {
    SES: ses.read, POSTMARK: postmark.read, MAILGUN: mailgun.read, SENDGRID: sendgrid.read,
}  # fmt: skip
PROVIDERS: Final = tuple(_GATES)

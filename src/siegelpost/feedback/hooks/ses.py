"""Amazon SES, by way of SNS: notifications and event publishing, which differ in one name. Pure.

Sources: docs.aws.amazon.com/ses/latest/dg/notification-contents.html, …/event-publishing-retrieving-sns-contents.html,
docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from siegelpost.feedback.dsn import Report
from siegelpost.feedback.hooks.events import HookEvent, Kind, judged, long_text, our_id, part, parts, read_json, status_of, text
from siegelpost.feedback.rules import Verdict

MAX_MESSAGE: Final = 256 * 1024  # bytes of an SNS message, AWS's own limit
_FIELDS: Final = (
    "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL", "Token",
    "SubscribeURL",
)  # fmt: skip
_HOST: Final = r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?/"
_CERTIFICATE: Final = re.compile(_HOST + r"SimpleNotificationService-[0-9a-f]{32}\.pem")
_CONFIRMATION: Final = re.compile(_HOST + r"\?Action=ConfirmSubscription&[A-Za-z0-9&=:%._~+/-]{1,2000}")
_NO_COMPLAINT: Final = frozenset({"not-spam", "virus", "auth-failure"})


def envelope(body: bytes) -> dict[str, str]:
    """The texts of an SNS message; those that are missing are left out. Raises Unreadable."""
    found = read_json(body)
    known = found if isinstance(found, dict) else {}
    return {name: known[name] for name in _FIELDS if isinstance(known.get(name), str)}


def certificate_address(fields: Mapping[str, str]) -> str:
    """Where Amazon says that its certificate lies, "" where that is not at Amazon's."""
    found = fields.get("SigningCertURL", "")
    return found if _CERTIFICATE.fullmatch(found) else ""


def confirmation(body: bytes) -> str:
    """The address with which a subscription is confirmed, "" for every other message and address. Raises Unreadable."""
    fields = envelope(body)
    found = fields.get("SubscribeURL", "") if fields.get("Type") == "SubscriptionConfirmation" else ""
    return found if _CONFIRMATION.fullmatch(found) else ""


def read(body: bytes) -> list[HookEvent]:
    """What one SNS message tells; nothing for deliveries, opens, tests. Raises Unreadable."""
    fields = envelope(body)
    if fields.get("Type") != "Notification":
        return []
    message = read_json(fields.get("Message", "").encode("utf-8", "surrogatepass")) if fields.get("Message", "")[:1] == "{" else {}
    kind = text(message, "eventType") or text(message, "notificationType")
    if kind == "Bounce":
        return list(_bounces(message))
    return list(_complaints(message)) if kind == "Complaint" else []


def _bounces(message: object) -> Iterator[HookEvent]:
    permanent = text(message, "bounce", "bounceType") == "Permanent"
    for one in parts(part(message, "bounce", "bouncedRecipients")):
        words = long_text(one, "diagnosticCode").removeprefix("smtp;").strip()
        report = Report("", text(one, "action").lower(), status_of(text(one, "status")), words)
        verdict, code = judged(report, permanent=permanent)
        if verdict is not Verdict.NONE:
            yield _event(message, Kind.BOUNCE, text(one, "emailAddress"), verdict, code, words)


def _complaints(message: object) -> Iterator[HookEvent]:
    if text(message, "complaint", "complaintFeedbackType").lower() in _NO_COMPLAINT:
        return
    before = text(message, "complaint", "complaintSubType") == "OnAccountSuppressionList"
    for one in parts(part(message, "complaint", "complainedRecipients")):
        yield _event(message, Kind.COMPLAINED_BEFORE if before else Kind.COMPLAINT, text(one, "emailAddress"))


def _event(message: object, kind: Kind, email: str, verdict: Verdict = Verdict.NONE, code: str = "", words: str = "") -> HookEvent:
    headers = {text(one, "name").lower(): text(one, "value", limit=2000) for one in parts(part(message, "mail", "headers"))}
    places = (text(message, "mail", "source"), headers.get("return-path", ""), headers.get("list-unsubscribe", ""))
    message_id = headers.get("message-id", "") or text(message, "mail", "commonHeaders", "messageId")
    return HookEvent(kind=kind, email=email, verdict=verdict, code=code, words=words, places=places, message_id=our_id(message_id))

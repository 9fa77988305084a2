"""Postmark: one object per post, signed by nobody. Pure.

Sources: postmarkapp.com/developer/webhooks/bounce-webhook, …/spam-complaint-webhook, …/subscription-change-webhook;
postmarkapp.com/developer/api/bounce-api (bounce types).
"""

from typing import Final

from siegelpost.feedback.dsn import Report
from siegelpost.feedback.hooks.events import HookEvent, Kind, judged, long_text, read_json, status_of, text
from siegelpost.feedback.rules import Verdict

_FOR_GOOD: Final = frozenset({"HardBounce", "BadEmailAddress"})
_FAILED: Final = _FOR_GOOD | {"SoftBounce", "DnsError", "Unknown", "ManuallyDeactivated"}
_OURS: Final = frozenset({"SpamNotification", "VirusNotification", "Blocked", "DMARCPolicy", "SMTPApiError"})
_ORIGINAL: Final = 64 * 1024  # characters of what came back: our head stands in it somewhere


def read(body: bytes) -> list[HookEvent]:
    """What one post tells; nothing for deliveries, delays, absence notes and the like. Raises Unreadable."""
    said = read_json(body)
    match text(said, "RecordType"):
        case "Bounce" | "SpamComplaint":
            return _of_type(said, text(said, "Type"))
        case "SubscriptionChange":
            return _change(said)
    return []


def _of_type(said: object, kind: str) -> list[HookEvent]:
    if kind == "SpamComplaint":
        return [_event(said, Kind.COMPLAINT)]
    if kind == "Unsubscribe":
        return [_event(said, Kind.LEFT)]
    words = long_text(said, "Details")
    if kind in _OURS:
        return [_event(said, Kind.BOUNCE, Verdict.POLICY, status_of(words), words)]
    if kind not in _FAILED:
        return []
    verdict, code = judged(Report("", "failed", "", words), permanent=kind in _FOR_GOOD)
    return [_event(said, Kind.BOUNCE, verdict, code, words)] if verdict is not Verdict.NONE else []


def _change(said: dict[str, object]) -> list[HookEvent]:
    """A person left by Postmark's own link; bounces and complaints come in posts of their own as well."""
    left = said.get("SuppressSending") is True and text(said, "SuppressionReason") == "ManualSuppression"
    return [_event(said, Kind.LEFT)] if left and text(said, "Origin") == "Recipient" else []


def _event(said: object, kind: Kind, verdict: Verdict = Verdict.NONE, code: str = "", words: str = "") -> HookEvent:
    email = text(said, "Email") or text(said, "Recipient")
    places = (text(said, "Content", limit=_ORIGINAL),)
    return HookEvent(kind=kind, email=email, verdict=verdict, code=code, words=words, places=places)

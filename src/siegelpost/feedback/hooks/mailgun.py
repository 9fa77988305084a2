"""Mailgun: one event per post, beside its signature. Pure.

Sources: documentation.mailgun.com, user manual, "Webhooks" and "Events" (event structure, severity, reasons).
"""

from typing import Final

from siegelpost.feedback.dsn import Report
from siegelpost.feedback.hooks.events import HookEvent, Kind, judged, long_text, our_id, part, read_json, status_of, text
from siegelpost.feedback.rules import Verdict

_SUPPRESSED: Final = {"suppress-complaint": Kind.COMPLAINED_BEFORE, "suppress-unsubscribe": Kind.LEFT}
_KINDS: Final = {"complained": Kind.COMPLAINT, "unsubscribed": Kind.LEFT}


def signature(body: bytes) -> tuple[str, str, str]:
    """Timestamp (seconds since 1970), token and signature of a post, "" for what is missing. Raises Unreadable."""
    found = part(read_json(body), "signature")
    return text(found, "timestamp"), text(found, "token"), text(found, "signature")


def read(body: bytes) -> list[HookEvent]:
    """What one post tells; nothing for deliveries, delays, opens. Raises Unreadable."""
    said = part(read_json(body), "event-data")
    event = text(said, "event")
    if event in _KINDS:
        return [_event(said, _KINDS[event])]
    if event == "rejected":
        return [_event(said, Kind.BOUNCE, Verdict.POLICY, "", long_text(said, "reject", "reason"))]
    return _failed(said) if event == "failed" and text(said, "severity") == "permanent" else []


def _failed(said: object) -> list[HookEvent]:
    reason, status = text(said, "reason"), part(said, "delivery-status")
    if reason in _SUPPRESSED:
        return [_event(said, _SUPPRESSED[reason])]
    words = f"{text(status, 'code')} {long_text(status, 'message') or long_text(status, 'description')}".strip()
    report = Report("", "failed", status_of(text(status, "enhanced-code")), words)
    # 605 is Mailgun's own: it did not try, as the address bounced before
    verdict, code = (Verdict.HARD, "") if reason == "suppress-bounce" else judged(report, permanent=reason == "bounce")
    return [_event(said, Kind.BOUNCE, verdict, code, words)] if verdict is not Verdict.NONE else []


def _event(said: object, kind: Kind, verdict: Verdict = Verdict.NONE, code: str = "", words: str = "") -> HookEvent:
    headers = part(said, "message", "headers")
    return HookEvent(
        kind=kind,
        email=text(said, "recipient"),
        verdict=verdict,
        code=code,
        words=words,
        places=(text(said, "envelope", "sender"),),
        message_id=our_id(text(headers, "message-id")),
    )

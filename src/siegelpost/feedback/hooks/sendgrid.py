"""SendGrid: many events per post. Pure.

Source: twilio.com/docs/sendgrid/for-developers/tracking-events/event.
"""

from collections.abc import Iterator
from typing import Final

from siegelpost.feedback.dsn import Report
from siegelpost.feedback.hooks.events import HookEvent, Kind, judged, long_text, our_id, read_json, status_of, text
from siegelpost.feedback.rules import Verdict

MAX_EVENTS: Final = 20_000
_KINDS: Final = {"spamreport": Kind.COMPLAINT, "unsubscribe": Kind.LEFT, "group_unsubscribe": Kind.LEFT}
_DROPPED: Final = {"Spam Reporting Address": Kind.COMPLAINED_BEFORE, "Unsubscribed Address": Kind.LEFT}
_DEAD: Final = frozenset({"Bounced Address", "Invalid"})


def read(body: bytes) -> list[HookEvent]:
    """What a batch tells, in its order; nothing for deliveries, delays, opens, and beyond 20,000 events. Raises Unreadable."""
    found = read_json(body)
    batch = found[:MAX_EVENTS] if isinstance(found, list) else []
    return [event for one in batch if isinstance(one, dict) for event in _events(one)]


def _events(one: dict[str, object]) -> Iterator[HookEvent]:
    event, words = text(one, "event"), long_text(one, "reason")
    if event in _KINDS:
        yield _event(one, _KINDS[event])
    elif event == "dropped" and words in _DROPPED:
        yield _event(one, _DROPPED[words])
    elif event == "dropped":
        yield _event(one, Kind.BOUNCE, Verdict.HARD if words in _DEAD else Verdict.POLICY, "", words)
    elif event == "bounce":
        report = Report("", "failed", status_of(text(one, "status")), words)
        verdict, code = judged(report, permanent=text(one, "type") == "bounce")
        if verdict is not Verdict.NONE:
            yield _event(one, Kind.BOUNCE, verdict, code, words)


def _event(one: object, kind: Kind, verdict: Verdict = Verdict.NONE, code: str = "", words: str = "") -> HookEvent:
    message_id = our_id(text(one, "smtp-id"))
    return HookEvent(kind=kind, email=text(one, "email"), verdict=verdict, code=code, words=words, message_id=message_id)

"""Complaint reports: a receiver tells us that someone called our message spam (RFC 5965)."""

import re
from dataclasses import dataclass
from typing import Final

from siegelpost.feedback.mime import MAX_HEAD, Fields, Part, read, read_fields, walk

# Feedback types that are no complaint of a person: RFC 5965 section 7.3 (not-spam: taken back; virus), RFC 6591.
_NO_COMPLAINT: Final = frozenset({"not-spam", "virus", "auth-failure"})
_ORIGINAL: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})

_ADDRESS: Final = re.compile(r"([A-Za-z0-9-]{3,64})@[A-Za-z0-9.-]{1,255}")
_LINK: Final = re.compile(r"https?://[^\s<>]{1,300}?/u/([A-Za-z0-9_-]{1,256})")
MAX_HINTS: Final = 20


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a report says, and everything in it that may lead to the delivery; nothing of it is proven yet.

    kind         feedback type in lower case, "abuse"
    local_parts  of addresses that may be VERP or `mailto:` unsubscribes of ours
    links        tokens of unsubscribe links
    feedback_id  Feedback-ID of the original
    """

    kind: str
    local_parts: tuple[str, ...]
    links: tuple[str, ...]
    feedback_id: str

    @property
    def counts(self) -> bool:
        """Whether a person complained."""
        return self.kind not in _NO_COMPLAINT


def read_arf(content: bytes) -> Complaint | None:
    """Return the complaint in a message, None if it is no feedback report. Raises nothing."""
    parts = list(walk(content))
    report = next((part for part in parts if part.content_type == "message/feedback-report"), None)
    if report is None:
        return None
    said = read_fields(report.text()[:MAX_HEAD].replace("\r", ""))
    original = _original(parts)
    places = [said.get("original-mail-from", ""), original.get("return-path", ""), original.get("list-unsubscribe", "")]
    return Complaint(
        kind=said.get("feedback-type", "").partition(" ")[0].lower(),
        local_parts=find_local_parts(places),
        links=find_links(places),
        feedback_id=original.get("feedback-id", ""),
    )


def find_local_parts(texts: list[str]) -> tuple[str, ...]:
    """What stands before the @ of addresses that may be ours; at most 20."""
    return _found(_ADDRESS, texts)


def find_links(texts: list[str]) -> tuple[str, ...]:
    """Tokens of what may be unsubscribe links of ours; at most 20."""
    return _found(_LINK, texts)


def _original(parts: list[Part]) -> Fields:
    part = next((part for part in parts if part.content_type in _ORIGINAL), None)
    return read(part.text().encode()).fields if part else {}


def _found(pattern: re.Pattern[str], places: list[str]) -> tuple[str, ...]:
    hits = [found[1] for place in places for found in pattern.finditer(place)]
    return tuple(dict.fromkeys(hits))[:MAX_HINTS]

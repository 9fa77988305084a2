"""A letter that somebody wrote by hand: who, in answer to what, and their words. Pure.

Who wrote it stands in From, which anybody can write; what proves something are the links and Message-IDs of ours in it.

Source: RFC 5322 section 3.6.4 (In-Reply-To, References), RFC 3834 section 2 (automatic answers).
"""

import html
import re
from dataclasses import dataclass
from typing import Final

from siegelpost.feedback.arf import MAX_HINTS, find_links
from siegelpost.feedback.mime import MAX_HEAD, Fields, Part, decoded, walk

_REFERENCE: Final = re.compile(r"<([0-9a-f]{32})@[A-Za-z0-9.-]{1,255}>")
_ANGLED: Final = re.compile(r"<([^<>\s]{3,254})>\s*$")
_AUTOMATIC: Final = ("x-autoreply", "x-autorespond", "x-failed-recipients", "feedback-id")
_PRECEDENCE: Final = frozenset({"bulk", "junk", "auto_reply"})  # not "list": a mailbox may be a group
_AWAY: Final = re.compile(
    r"\s*(?:automatische antwort|auto(?:matic)?[ -]?reply|abwesen|out of (?:the )?office|undeliver|unzustellbar)", re.IGNORECASE
)
_GONE: Final = re.compile(r"<(style|script|head|title)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_QUOTED: Final = re.compile(r"<blockquote\b|<div[^>]{0,200}\b(?:gmail_quote|divRplyFwdMsg|moz-cite-prefix)", re.IGNORECASE)
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wrote.

    sender      address in From, as it stands there
    subject     decoded
    text        plain text with all that is quoted in it
    references  what may be Message-IDs of ours, without their domain
    links       tokens of unsubscribe links that are quoted
    name        what tells this message from others: Message-ID, else Date
    """

    sender: str
    subject: str
    text: str
    references: tuple[str, ...]
    links: tuple[str, ...]
    name: str


def read_answer(content: bytes) -> Answer | None:
    """Return what somebody wrote, None for what nobody signed and what a machine sent: absence notes, reports, mailings. Raises nothing."""
    parts = list(walk(content))
    top = parts[0].fields
    sender = _sender(top.get("from", ""))
    if "@" not in sender or _by_machine(top, parts[0]):
        return None
    texts = [part.text()[:MAX_HEAD] for part in parts if part.content_type in ("text/plain", "text/html") and not _attached(part)]
    return Answer(
        sender=sender,
        subject=decoded(top.get("subject", "")),
        text=_words(parts),
        references=tuple(dict.fromkeys(_REFERENCE.findall(f"{top.get('in-reply-to', '')} {top.get('references', '')}")))[:MAX_HINTS],
        links=find_links(texts),
        name=top.get("message-id", "") or top.get("date", ""),
    )


def _by_machine(fields: Fields, top: Part) -> bool:
    return (
        fields.get("auto-submitted", "no").partition(";")[0].strip().lower() != "no"
        or top.content_type == "multipart/report"
        or fields.get("precedence", "").strip().lower() in _PRECEDENCE
        or fields.get("return-path", "").strip() == "<>"
        or any(name in fields for name in _AUTOMATIC)
        or _AWAY.match(decoded(fields.get("subject", ""))) is not None
    )


def _sender(field: str) -> str:
    found = _ANGLED.search(field)
    return found[1] if found else field.strip()


def _attached(part: Part) -> bool:
    return part.fields.get("content-disposition", "").lower().startswith("attachment")


def _words(parts: list[Part]) -> str:
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.content_type == kind and not _attached(part) and part.body.strip():
                text = part.text()[:MAX_HEAD].replace("\r", "")
                return text if kind == "text/plain" else _plain(text)
    return ""


def _plain(markup: str) -> str:
    """What stands in HTML before anything quoted. What people write by hand is lines; nothing else is needed of it."""
    own = _QUOTED.split(_GONE.sub("", markup), maxsplit=1)[0].replace("\n", " ")
    return html.unescape(re.sub(r"<[^<>]{0,2000}>", "", _BREAK.sub("\n", own))).replace("\N{NO-BREAK SPACE}", " ")

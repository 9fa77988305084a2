"""Delivery reports: what other mail servers say became of a message.

RFC 3464 (also RFC 6533, its internationalised form), and the old ways of saying it that are still met: qmail's plain text, Exim's
X-Failed-Recipients, and what flufl.bounce knows.
"""

import re
from dataclasses import dataclass
from typing import Final

from siegelpost.feedback.mime import MAX_HEAD, Fields, Part, read_fields, walk
from siegelpost.feedback.old_bounces import failed_recipients
from siegelpost.feedback.rules import Verdict, judge_status, mildest, status_in

MAX_REPORTS: Final = 50
MAX_WORDS: Final = 8_000
"""Characters of what is kept for people to read; the reason stands at the beginning."""

_STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_QMAIL: Final = re.compile(r"^Hi\. This is the .{0,200}\n(?:.*\n){0,20}?\s*<([^<>\n]{1,320})>:\n((?:.+\n?){1,20})", re.IGNORECASE)
UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows."""
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says about one recipient.

    recipient   Final-Recipient, or Original-Recipient, without its type; "" if withheld
    action      in lower case
    status      "5.1.1", or "" if none was given
    diagnostic  the other server's words
    """

    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def verdict(self) -> Verdict:
        """What it means for the address."""
        return judge_status(self.status, self.action, self.diagnostic)

    @property
    def code(self) -> str:
        """The most telling status, to be kept; never words, which may hold a person's data."""
        return self.status if self.status and not self.status.endswith(".0") else status_in(self.diagnostic) or self.status


def read_dsn(content: bytes) -> list[Report]:
    """Return what a message reports, one entry per recipient; empty if it is no delivery report. Raises nothing."""
    parts = list(walk(content))
    reports = [report for part in parts if part.content_type in _STATUS_TYPES for report in _standard(part)]
    return (reports or _plain(parts))[:MAX_REPORTS]


def words_of(content: bytes) -> str:
    """What a report says for people to read: its text and its blocks of statuses, without our message in it.

    At most 8,000 characters, line feeds and tabs the only control characters.
    """
    parts = list(walk(content))
    text = next((part for part in parts if part.content_type == "text/plain" and part.body.strip()), None)
    said = [part.text() for part in parts if part.content_type in _STATUS_TYPES]
    whole = "\n\n".join(one.replace("\r", "").strip() for one in ([text.text()] if text else []) + said)
    return UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", whole[:MAX_WORDS])


def _standard(part: Part) -> list[Report]:
    """RFC 3464 section 2: a block about the message, then one block per recipient."""
    blocks = [read_fields(block) for block in re.split(r"\n[ \t]*\n", part.text()[:MAX_HEAD].replace("\r", ""))]
    return [_report(fields) for fields in blocks if "action" in fields or "final-recipient" in fields]


def _report(fields: Fields) -> Report:
    status = _STATUS.search(fields.get("status", ""))
    return Report(
        recipient=_value(fields.get("final-recipient", "")) or _value(fields.get("original-recipient", "")),
        action=fields.get("action", "").partition(" ")[0].lower(),
        status=status[0] if status else "",
        diagnostic=_value(fields.get("diagnostic-code", "")),
    )


def _value(field: str) -> str:
    """ "rfc822; ann@example.org" -> "ann@example.org" (RFC 3464 section 2.1.2)."""
    kind, semicolon, value = field.partition(";")
    return (value if semicolon else kind).strip().strip("<>")


def _plain(parts: list[Part]) -> list[Report]:
    texts = [part for part in parts if part.content_type == "text/plain"]
    if not parts or not texts:
        return []
    words = texts[0].text()[:MAX_HEAD].replace("\r", "")
    if failed := parts[0].fields.get("x-failed-recipients"):
        return [Report(one.strip(), "failed", status_in(words), words) for one in failed.split(",")[:MAX_REPORTS]]
    if found := _QMAIL.match(words.lstrip()):
        return [Report(found[1], "failed", status_in(found[2]), found[2].strip())]
    failed_for, said = failed_recipients(parts)
    return [Report(one, "failed", status_in(said), said) for one in failed_for[:MAX_REPORTS]]


def weigh(reports: list[Report], email: str) -> tuple[Verdict, str]:
    """Return what all reports about one delivery come to, and the status to keep.

    email  the address that the delivery went to; what is said about exactly this address outweighs the rest
    """
    ours = [report for report in reports if report.recipient.lower() == email.lower()]
    judged = [(report.verdict, report.code) for report in ours or reports]
    verdict = mildest(verdict for verdict, _code in judged)
    return verdict, next((code for found, code in judged if found is verdict), "")

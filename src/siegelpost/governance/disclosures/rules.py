"""What an outflow is, and how a person is found in one again. Pure.

Source: Art. 4(9), Art. 15(1)(c), Art. 19, Art. 30(1)(d) and 30(2) GDPR; CJEU C-154/21 (the actual recipients, not categories of them).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from siegelpost.base.i18n import marked as _

HAND_OVER: Final = "hand-over"
EXPORT: Final = "export"
API: Final = "api"
WEBHOOK: Final = "webhook"
FORWARDING: Final = "forwarding"
MATCHING: Final = "matching"
BACKUP: Final = "backup"
RELAY: Final = "relay"
AUTHORITY: Final = "authority"
TO_PROCESSOR: Final = "processor"
TO_OTHER: Final = "other"
KINDS: Final = {
    HAND_OVER: _("Hand-over"),
    EXPORT: _("Export"),
    API: _("Bulk reading by API"),
    WEBHOOK: _("Webhook"),
    FORWARDING: _("Forwarding"),
    MATCHING: _("List matching"),
    BACKUP: _("Backup target"),
    RELAY: _("Relay"),
    AUTHORITY: _("Authority"),
    TO_PROCESSOR: _("Processor"),
    TO_OTHER: _("Another recipient"),
}
"""Kind of outflow -> what it is called."""
BY_HAND: Final = (AUTHORITY, TO_PROCESSOR, TO_OTHER)
"""Kinds that somebody records: what happened past the system."""

CONTACT: Final = "contact"
PROFILE: Final = "profile"
CONTENT: Final = "content"
DELIVERY: Final = "delivery"
ROWS: Final = "rows"
ACTS: Final = "acts"
STAFF: Final = "staff"
RECIPIENTS: Final = "recipients"
CATEGORIES: Final = {
    CONTACT: _("E-mail addresses"),
    PROFILE: _("Fields of subscribers"),
    CONTENT: _("Content of messages"),
    DELIVERY: _("What became of messages"),
    ROWS: _("Rows of an imported file"),
    ACTS: _("Numbers of subscribers in logs"),
    STAFF: _("Staff activity"),
    RECIPIENTS: _("Names of recipients"),
}
"""Category of data -> what it is called."""

COMMAND: Final = "command"
PAGE: Final = "page"
SMTP: Final = "smtp"
ANSWER: Final = "api"
CHANNELS: Final = {
    COMMAND: _("File written by a command"),
    PAGE: _("Download from a page"),
    SMTP: _("SMTP"),
    ANSWER: _("Answer of the API"),
}
"""Channel through which the system gives something out -> what it is called; others name themselves."""
WAYS: Final = {
    "letter": _("By letter"),
    "e-mail": _("E-mail"),
    "portal": _("Portal of the recipient"),
    "carrier": _("Data carrier"),
    "in-person": _("Handed over in person"),
    "spoken": _("By word of mouth"),
    "inspection": _("Looked at on the spot"),
}
"""Way past the system -> what it is called."""

OWN_USE: Final = "own-use"
SENDING: Final = "sending"
TESTING: Final = "testing"
MENDING: Final = "mending"
PROVING: Final = "proving"
TO_THE_PERSON: Final = "to-the-person"
PURPOSES: Final = {
    OWN_USE: _("The controller's own use"),
    SENDING: _("Sending mail for the controller"),
    TESTING: _("Looking at a mailing before it goes out"),
    MENDING: _("Correcting rows that were refused"),
    PROVING: _("Proving what was done"),
    TO_THE_PERSON: _("Telling the person what is stored about them"),
}
"""Purpose -> what it is called; free text where somebody named another one."""

PROCESSOR: Final = "Art. 28 GDPR"
UNDER_AUTHORITY: Final = "Art. 29 GDPR"
ACCOUNTABILITY: Final = "Art. 5(2) GDPR"
ACCESS: Final = "Art. 15 GDPR"
GROUNDS: Final = {
    PROCESSOR: _("Art. 28 GDPR"),
    UNDER_AUTHORITY: _("Art. 29 GDPR"),
    ACCOUNTABILITY: _("Art. 5(2) GDPR"),
    ACCESS: _("Art. 15 GDPR"),
}
"""Legal ground -> what it is called; free text where somebody named another one."""

EVERYBODY: Final = "everybody"
STAFF_ONLY: Final = "staff"
SYSTEM_MAILS: Final = "system-mails"
UNKNOWN: Final = "unknown"
"""A recipient whose name nobody kept."""

TEXT_LIMIT: Final = 200
MARK_BYTES: Final = 8
"""With 1,000,000 people in each of 1,000 outflows a person is found in a wrong one once in ten thousand million questions."""
YEARS: Final = 3
"""So many full years after that of the outflow it can be told who was in it: Sections 195 and 199 BGB, Section 31 OWiG."""

SURE: Final = "sure"
POSSIBLE: Final = "possible"


@dataclass(frozen=True, slots=True)
class Who:
    """A person who asks.

    number    as a subscriber, None where nobody has this address (any more)
    key       keyed hash of the address
    came      when the record was made
    mailings  that were handed to a relay for this person
    """

    number: int | None
    key: bytes
    came: datetime | None = None
    mailings: frozenset[int] = field(default_factory=frozenset)


def mark(key: bytes, salt: bytes, what: bytes) -> bytes:
    """What stands for a person in one outflow: without the key nobody can try it out, and in another outflow it is another one.

    what  `of_number` or `of_address`
    """
    return blake2b(what, digest_size=MARK_BYTES, key=key, salt=salt).digest()


def of_number(number: int) -> bytes:
    """A subscriber by number: found again after a change of address."""
    return b"n" + number.to_bytes(8, "big")


def of_address(address_key: bytes) -> bytes:
    """A person by the keyed hash of the address: found again after the record was erased, by whoever names that address."""
    return b"a" + address_key


def holds(marks: bytes, wanted: bytes) -> bool:
    """Whether sorted marks hold one of them."""
    low, high = 0, len(marks) // MARK_BYTES
    while low < high:
        middle = (low + high) // 2
        if marks[middle * MARK_BYTES : (middle + 1) * MARK_BYTES] < wanted:
            low = middle + 1
        else:
            high = middle
    return marks[low * MARK_BYTES : (low + 1) * MARK_BYTES] == wanted


def by_rule(people: str, at: datetime, who: Who) -> str:
    """SURE, POSSIBLE or "" for what an outflow says of its people by rule alone, without marks.

    people  "mailing:3", "subscriber:17", EVERYBODY, SYSTEM_MAILS, or what is told by marks
    """
    if people == SYSTEM_MAILS:
        return POSSIBLE  # confirmations and notices: to whom they went is forgotten after a day
    if people == EVERYBODY:
        return POSSIBLE if who.came is None else SURE if who.came <= at else ""
    kind, _colon, number = people.partition(":")
    if kind == "mailing":
        return SURE if number.isdigit() and int(number) in who.mailings else ""
    return SURE if who.number is not None and people == f"subscriber:{who.number}" else ""


def told_until(at: datetime) -> datetime:
    """Before this moment it can be told whose data an outflow held; then the marks are deleted."""
    return datetime(at.astimezone(UTC).year + YEARS + 1, 1, 1, tzinfo=UTC)


def forget_before(now: datetime) -> datetime:
    """Marks of outflows before this moment are over; the other side of `told_until`."""
    return datetime(now.astimezone(UTC).year - YEARS, 1, 1, tzinfo=UTC)


def tidy(text: str) -> str:
    """A recipient, purpose or ground as it is kept: one line of printable signs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:TEXT_LIMIT]

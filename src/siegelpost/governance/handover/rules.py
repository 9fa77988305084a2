"""What a hand-over is, and by which ways it may go. Pure.

Source: Art. 32(1)(a) and (b), Art. 28(3)(a) GDPR.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log2
from typing import Final

from siegelpost.base.i18n import marked as _

ZIP: Final = "zip"
PDF: Final = "pdf"
AGE: Final = "age"
PLAIN: Final = "plain"
FORMATS: Final = {
    ZIP: _("ZIP, opens with 7-Zip and others"),
    PDF: _("PDF with a password (for a PDF)"),
    AGE: _("age, for people who use it"),
    PLAIN: _("not encrypted (a deviation)"),
}
"""Format -> what it is called."""
ALGORITHMS: Final = {
    ZIP: "ZIP AES-256 (WinZip AE-2)",
    PDF: "PDF 2.0 AES-256 (R6)",
    AGE: "age v1 (scrypt, ChaCha20-Poly1305)",
    PLAIN: "none",
}

PHONE: Final = "phone"
SMS: Final = "sms"
LETTER: Final = "letter"
IN_PERSON: Final = "in_person"
SECOND_PERSON: Final = "second_person"
EMAIL: Final = "email"
PATHS: Final = {
    PHONE: _("by phone, to the number on file"),
    SMS: _("by text message, to the number on file"),
    LETTER: _("by letter"),
    IN_PERSON: _("in person"),
    SECOND_PERSON: _("through a second person"),
    EMAIL: _("by e-mail to another address"),
}
"""Path of a password -> what it is called."""
BY_NUMBER: Final = (PHONE, SMS)

UNENCRYPTED: Final = "unencrypted"
BY_MAIL: Final = "password_by_mail"
WEAKNESSES: Final = {UNENCRYPTED: _("the file is not encrypted"), BY_MAIL: _("the password goes to the same mailbox as the file")}
"""Deviation -> what it is called."""
RISKS: Final = {
    UNENCRYPTED: _(
        "Whoever reads mail on its way, in a mailbox or on a device can read, copy and change these data. Nobody will notice, and it "
        "cannot be taken back. A breach may have to be reported to the authority within 72 hours, and the people told."
    ),
    BY_MAIL: _(
        "Whoever gets into the mailbox has the file and its password together: the encryption protects from nobody there. Nobody will "
        "notice, and it cannot be taken back. A breach may have to be reported to the authority within 72 hours."
    ),
}
"""Deviation -> the risk, as it is shown and acknowledged."""

HELD: Final = "held"
READY: Final = "ready"
WAITING: Final = "waiting"
TAKEN: Final = "taken"
EXPIRED: Final = "expired"
REFUSED: Final = "refused"
STATES: Final = {
    HELD: _("held: not scanned yet"),
    READY: _("ready to be encrypted"),
    WAITING: _("waits to be taken"),
    TAKEN: _("handed over"),
    EXPIRED: _("expired and destroyed"),
    REFUSED: _("refused: malware was found"),
}
"""State -> what it is called."""

CLEAN: Final = "clean"
UNSCANNED: Final = "unscanned"
INFECTED: Final = "infected"
DOWNLOADED: Final = "downloaded"
MAILED: Final = "mailed"
DESTROYED: Final = "destroyed"
REMINDED: Final = "reminded"
RELEASES: Final = (CLEAN, UNSCANNED)
TAKINGS: Final = (DOWNLOADED, MAILED)
TAKING_ACTS: Final = ("handover.downloaded", "handover.mailed")
"""Acts of the log by which a file leaves."""

NAME_LIMIT: Final = 120
WORDS_LIMIT: Final = 500  # purpose, categories: a sentence or two each
NOTE_LIMIT: Final = 2_000
FILE_LIMIT: Final = 50_000_000  # bytes: it is encrypted in memory, three copies of it at once
MAIL_LIMIT: Final = 10_000_000  # bytes: a third more in a mail, and many servers take no more than 20 MB
KEPT: Final = timedelta(hours=24)
"""So long a file waits to be encrypted, and so long to be taken; then it is destroyed."""
REMIND_AFTER: Final = timedelta(hours=24)
"""A password whose path nobody has recorded by then is asked for."""
ALARM_AFTER: Final = timedelta(days=3)
"""And by then it is no longer late but wrong."""
LONGEST: Final = timedelta(days=366)
"""An exception for longer would be a rule."""
PASSWORD_WORDS: Final = 8
LEAST_BITS: Final = 100


def entropy(words: int, wordlist: int) -> float:
    """Bits of a password of so many words, each drawn from a list of so many: 8 of 7,772 are 103 bit."""
    return words * log2(wordlist)


@dataclass(frozen=True, slots=True)
class Standing:
    """What happened to a hand-over so far.

    steps     what happened, by name
    begins    when it was prepared
    encrypted when it was encrypted, None before
    """

    steps: Collection[str]
    begins: datetime
    encrypted: datetime | None


def state_of(one: Standing, now: datetime) -> str:
    """In which of STATES it is. What has expired is expired before anybody has cleared it away."""
    if INFECTED in one.steps:
        return REFUSED
    if any(step in one.steps for step in TAKINGS):
        return TAKEN
    if DESTROYED in one.steps or now >= expires(one):
        return EXPIRED
    if one.encrypted is not None:
        return WAITING
    return READY if any(step in one.steps for step in RELEASES) else HELD


def expires(one: Standing) -> datetime:
    """When the file is destroyed unless somebody takes the next step."""
    return (one.encrypted or one.begins) + KEPT


@dataclass(frozen=True, slots=True)
class Way:
    """By which way a password went: path, the number called or written to, the address of an e-mail."""

    path: str
    number: str = ""
    address: str = ""


SAME_MAILBOX: Final = "same_mailbox"
NUMBER_NOT_ON_FILE: Final = "number_not_on_file"
ADDRESS_UNKNOWN: Final = "address_unknown"


def why_not(way: Way, *, email: str, phone: str, by_mail: bool) -> str:
    """Why a password must not go that way, "" where it may.

    email    where the file went, "" where nobody knows
    phone    the number on file, "" for none
    by_mail  whether a deviation lets it go to the same mailbox
    """
    if way.path in BY_NUMBER and (not phone or digits(way.number) != digits(phone)):
        return NUMBER_NOT_ON_FILE
    if way.path == EMAIL and not by_mail:
        if not email or not way.address:
            return ADDRESS_UNKNOWN
        if same_mailbox(way.address, email):
            return SAME_MAILBOX
    return ""


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses lead to one mailbox, as far as can be told: whatever their case and width, with or without "+tag", quotes
    or a dot behind the domain, and whether that is written in its own letters or in those of the DNS (RFC 5890)."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(address: str) -> tuple[str, str]:
    local, _at, domain = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    return local.strip('"').partition("+")[0], ".".join(map(_label, domain.rstrip(".").split(".")))


def _label(label: str) -> str:
    """Part of a domain, in its own letters."""
    try:
        return label[4:].encode("ascii").decode("punycode").casefold() if label.startswith("xn--") else label
    except UnicodeError:
        return label


def digits(number: str) -> str:
    """A phone number without what people put between its digits; "+" and "00" in front mean the same."""
    found = "".join(sign for sign in number if sign.isdecimal() or sign == "+")
    return "+" + found[2:] if found.startswith("00") else found


def is_number(text: str) -> bool:
    """Whether it can be a phone number: 5 to 20 digits."""
    return 5 <= sum(sign.isdecimal() for sign in text) <= 20 and all(sign.isdecimal() or sign in "+ ()/-." for sign in text)


def is_line(text: str, limit: int) -> bool:
    """Whether it is a name or a line: not empty, not too long, one line, nothing that a spreadsheet would run."""
    return 1 <= len(text) <= limit and text.isprintable() and text[0] not in "=+-@\uff1d\uff0b\uff0d\uff20"


def may_last(until: date, today: date) -> bool:
    """Whether an exception may be made until this day: not in the past, no longer than a year."""
    return today <= until <= today + LONGEST

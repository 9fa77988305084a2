"""Fetches mail from a mailbox (IMAP4rev1, RFC 3501) and acts on it as on mail that comes by SMTP.

For installations to which no mail can be delivered: bounces, complaints and answers go to a mailbox at a provider, with all
addresses of the bounce domain in it. A message is deleted when everything that it says is on disk, not before. What is not for us
stays, marked as seen, for people: the mailbox may be theirs, too.
"""

import imaplib
import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from itertools import islice
from typing import Final

import structlog
from django.db import close_old_connections

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.mailbox_url import MailboxUrl
from siegelpost.base.settings import Settings
from siegelpost.flows import receive_mail
from siegelpost.flows.own_addresses import complaint_address
from siegelpost.flows.receive_mail import Outcome, Receiving

SECONDS: Final = 30.0
"""Without an answer of the server."""
AT_ONCE: Final = 500
"""Messages of one visit; the next one takes the others."""
MAX_MESSAGE: Final = 1024 * 1024
"""Bytes, as by SMTP: a report with our whole message in it stays far below."""
HEADERS: Final = 64 * 1024
MOST_ADDRESSES: Final = 50
FIELDS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
"""Where servers write down to whom a message was delivered; To and Cc last, as anybody writes them."""
TOO_BIG: Final = "too_big"
FAILED: Final = "failed"
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d{1,18})")

log = structlog.get_logger()


class MailboxFailed(Refused):
    """It could not be reached, refused us, or said what nobody understands."""

    code = "mailbox.failed"
    message = _("The mailbox at {host} could not be read: {reason}.")
    hint = _("Look at SIEGELPOST_MAILBOX_URL: host, user, password, folder.")
    nothing = _("What was not read stays in the mailbox.")
    exit_code = 5
    status = 503


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts on what was fetched.

    accepts  whether an address is ours
    receive  acts on a message and returns only when it is stored
    """

    accepts: Callable[[str], bool]
    receive: Callable[[str, bytes], Outcome]


def desk_of(settings: Settings) -> Desk:
    """The desk of this installation; each question gives the database connections back."""
    rules = Receiving(complaint_address=complaint_address(settings), limit=settings.hard_bounces)

    def accepts(address: str) -> bool:
        return receive_mail.accepts(address, rules)

    def receive(address: str, content: bytes) -> Outcome:
        try:
            return receive_mail.receive(address, content, rules, actor=Actor.system("mailbox"), now=clock.now())
        finally:
            close_old_connections()

    return Desk(accepts, receive)


def fetch(place: MailboxUrl, desk: Desk) -> Counter[str]:
    """Visit the mailbox once and return how many messages became what: values of Outcome, "too_big", "failed".

    Refused and too big ones stay, marked as seen; failed ones stay unseen and are tried at the next visit. Two visits at once are
    safe, as it is to receive the same mail twice. Raises MailboxFailed; what was done until then is done.
    """
    found = Counter[str]()
    try:
        with _visit(place) as box:
            can_expunge = _can_expunge(box)
            for uid in _new(box):
                found[_take(box, uid, desk, can_expunge=can_expunge)] += 1
    except ssl.SSLCertVerificationError as fault:
        raise MailboxFailed(host=place.host, reason=f"certificate: {fault.verify_message}") from None
    except imaplib.IMAP4.error as fault:
        raise MailboxFailed(host=place.host, reason=_words(fault)) from None
    except OSError as fault:
        raise MailboxFailed(host=place.host, reason=type(fault).__name__) from None
    return found


@contextmanager
def _visit(place: MailboxUrl) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    if place.tls == "at once":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=SECONDS)
    else:
        box = imaplib.IMAP4(place.host, place.port, timeout=SECONDS)
    try:
        if place.tls == "starttls":
            box.starttls(context)  # raises where the server has none: the password never goes in clear
        box.login(_quoted(place.user), place.password)
        _checked(box.select(_quoted(place.folder)))
        yield box
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            box.logout()
        with suppress(OSError):
            box.shutdown()  # after a failed greeting nobody did


def _new(box: imaplib.IMAP4) -> list[bytes]:
    listed = _checked(box.uid("SEARCH", "UNSEEN", "UNDELETED"))
    return [uid for uid in b" ".join(one for one in listed if isinstance(one, bytes)).split() if uid.isdigit()][:AT_ONCE]


def _can_expunge(box: imaplib.IMAP4) -> bool:
    """Whether a single message can be removed (UIDPLUS, RFC 4315); else it stays marked, for EXPUNGE removes what others marked, too."""
    said = _checked(box.capability())  # those of before the login may be fewer
    return b"UIDPLUS" in b" ".join(one for one in said if isinstance(one, bytes)).upper().split()


def _take(box: imaplib.IMAP4, number: bytes, desk: Desk, *, can_expunge: bool) -> str:
    uid = number.decode()
    size = _SIZE.search(b" ".join(one for one in _checked(box.uid("FETCH", uid, "(RFC822.SIZE)")) if isinstance(one, bytes)))
    if size is None or int(size[1]) > MAX_MESSAGE:
        _mark(box, uid, r"\Seen")
        return TOO_BIG
    content = _content(_checked(box.uid("FETCH", uid, "(BODY.PEEK[])")))
    try:
        address = next((one for one in addresses(content) if desk.accepts(one)), None)
        outcome = desk.receive(address, content) if address else Outcome.REFUSED
    except Exception as reason:  # noqa: BLE001 - one damaged message, or a database that is away, must not stop the others
        log.error("mailbox.message_failed", kind=type(reason).__name__)
        return FAILED
    if outcome is Outcome.REFUSED:
        _mark(box, uid, r"\Seen")
        return outcome.value
    _mark(box, uid, r"\Deleted \Seen")
    if can_expunge:
        _checked(box.uid("EXPUNGE", uid))
    return outcome.value


def addresses(content: bytes) -> list[str]:
    """To whom a message was delivered, by what its header says; MOST_ADDRESSES at most."""
    header = BytesHeaderParser(policy=compat32).parsebytes(content[:HEADERS])
    values = (str(value) for name in FIELDS for value in header.get_all(name, []))
    found = (address for value in values for _name, address in getaddresses([value]) if "@" in address)
    return list(islice(dict.fromkeys(found), MOST_ADDRESSES))


def _content(answer: Sequence[object]) -> bytes:
    for one in answer:
        if isinstance(one, tuple) and len(one) == 2 and isinstance(one[1], bytes):
            return one[1]
    return b""


def _mark(box: imaplib.IMAP4, uid: str, flags: str) -> None:
    _checked(box.uid("STORE", uid, "+FLAGS.SILENT", f"({flags})"))


def _checked(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(found[0] if found else status)
    return found


def _quoted(text: str) -> str:
    """A quoted string (RFC 3501 section 9); imaplib quotes the password alone."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(fault: imaplib.IMAP4.error) -> str:
    """What the server said, in one printable line."""
    said = fault.args[0] if fault.args else ""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
    return "".join(sign if sign.isprintable() else " " for sign in text)[:100].strip() or type(fault).__name__

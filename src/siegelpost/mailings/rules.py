"""What may stand in a header, in a mailing's text and in a list of hosts. Pure: strings in, strings out, or an error."""

import base64
import hashlib
import re
import unicodedata
from typing import Final

from siegelpost.audience.addresses import read_address
from siegelpost.mailings.errors import (
    AddressRefused,
    FormatUnknown,
    HeaderRefused,
    HostRefused,
    SourceEmpty,
    SourceNotText,
    SourceTooLarge,
)

FORMATS: Final = ("mjml", "html", "md", "txt")
MAX_SOURCE: Final = 1_000_000  # bytes; ten times what Gmail shows before it cuts (102 KB)
MAX_NAME: Final = 120  # characters, as in the table
MAX_ADDRESS: Final = 254  # RFC 5321 section 4.5.3.1.3
MAX_SUBJECT: Final = 400
MAX_MAILING_NAME: Final = 200

_FILLED_IN: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")

# control characters, lone surrogates, line and paragraph separators
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# characters that turn the direction of writing can make an address read as another one (Unicode TR 36 section 2.5)
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# text that readers would decode into something else (RFC 2047 section 2)
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[BbQq]\?")
_MAILBOX: Final = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>").fullmatch
_TEXT_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def name_from(subject: str) -> str:
    """What the staff calls a mailing that has no name: its subject, with dots for what each recipient gets filled in."""
    return _FILLED_IN.sub("…", subject)[:MAX_MAILING_NAME]


def header_text(text: str, field: str, limit: int, *, empty_ok: bool = False) -> str:
    """Return `text` without spaces around it, fit to stand in a header line.

    field  the name of the field, for the error
    limit  characters

    Raises HeaderRefused for line breaks, control characters, characters that turn the direction of writing, encoded words,
    and text that is empty or too long. Source: RFC 5322 section 2.2, a header ends where a line ends.
    """
    stripped = text.strip(" \u00a0")
    bad = any(one in _TURNING or unicodedata.category(one) in _REFUSED_CATEGORIES for one in stripped)
    if bad or _ENCODED_WORD.search(stripped) or len(stripped) > limit or not (stripped or empty_ok):
        raise HeaderRefused(field=field, limit=limit)
    return stripped


def address(text: str, field: str) -> str:
    """Return one typed e-mail address in our form: local part as given, domain as lower-case A-labels.

    Raises HeaderRefused for what would break a header, AddressRefused for what is no address.
    """
    judged = read_address(header_text(text, field, 2 * MAX_ADDRESS))
    if judged.reason:
        raise AddressRefused(field=field)
    return judged.address


def mailbox(text: str) -> tuple[str, str]:
    """Split `Name <address>` into the name, without quotes around it, and the address in our form.

    Raises HeaderRefused, AddressRefused; the name must not be empty, for recipients read it (UWG section 7(2) no. 3: the
    sender must not be hidden).
    """
    whole = header_text(text, "sender", 2 * MAX_ADDRESS + MAX_NAME)
    found = _MAILBOX(whole)
    if not found:
        raise AddressRefused(field="sender")
    name = found["name"].strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])  # quoted pairs, RFC 5322 section 3.2.4
    return header_text(name, "name", MAX_NAME), address(found["address"], "sender")


def host(text: str) -> str:
    """Return a host name as lower-case A-labels. Raises HostRefused for addresses, paths, ports and anything else."""
    typed = text.strip()
    if not typed or any(sign in typed for sign in "@:/<>") or not typed.isprintable():
        raise HostRefused
    judged = read_address(f"a@{typed}")
    if judged.reason:
        raise HostRefused
    return judged.address[2:]


def format_of(file_name: str) -> str:
    """Return mjml, html, md or txt by the end of the file's name. Raises FormatUnknown."""
    ending = file_name.rpartition(".")[2].lower()
    if ending not in FORMATS:
        raise FormatUnknown
    return ending


def source_text(data: bytes) -> str:
    """Return the text of a mailing's file, with LF at the ends of lines and without byte order mark.

    Raises SourceTooLarge, SourceNotText (other encodings, binary files), SourceEmpty.
    """
    if len(data) > MAX_SOURCE:
        raise SourceTooLarge(limit=MAX_SOURCE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceNotText from None
    return checked_source(text)


def checked_source(text: str) -> str:
    """Return the text of a mailing with LF at the ends of lines; raises as `source_text`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # UTF-16 without a mark decodes as UTF-8 with NUL between the letters; PostgreSQL stores no NUL either
    if _TEXT_CONTROLS.search(text):
        raise SourceNotText
    if len(text.encode()) > MAX_SOURCE:
        raise SourceTooLarge(limit=MAX_SOURCE)
    if not text.strip():
        raise SourceEmpty
    return text


def sender_code(tenant_number: int, name: str, email: str) -> str:
    """Return the sender's place in Feedback-ID: 7 to 14 characters of [a-z0-9], always the same for the same sender.

    Begins with letters of the domain, so that people recognise it in a mail provider's figures.
    """
    label = re.sub(r"[^a-z0-9]", "", email.rpartition("@")[2].partition(".")[0].lower())[:8]
    digest = hashlib.sha256(f"{tenant_number}\n{name}\n{email}".encode()).digest()
    return label + base64.b32encode(digest).decode()[:6].lower()

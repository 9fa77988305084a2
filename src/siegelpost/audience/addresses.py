"""E-mail addresses as people type them, made into the one form that we keep, or refused with a reason."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import idna
from email_validator import EmailNotValidError, validate_email

MAX_ADDRESS: Final = 254  # characters; RFC 5321 section 4.5.3.1.3 and RFC 3696 erratum 1690
MAX_LOCAL: Final = 64  # RFC 5321 section 4.5.3.1.1
MAX_TYPED: Final = 1_000  # `Name <address>` with room for a long name; longer text is no address and not worth a look
MAX_REMEMBERED: Final = 200_000  # domains; about 30 MB

# RFC 5322 section 3.2.3, "dot-atom-text" in ASCII
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*").fullmatch
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+").fullmatch
_ANGLED: Final = re.compile(r"[^<>]*<([^<>]*)>").fullmatch

# what word processors, web pages and spreadsheets leave behind: spaces of all kinds and characters without width
_DROPPED: Final = dict.fromkeys(
    map(ord, " \t\r\n\f\v\u00a0\u00ad\u1680\u180e\u202f\u205f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x2010)))), None
)


class Judged(NamedTuple):
    """One answer: the address in our form and no reason, or no address and the code of the reason."""

    address: str
    reason: str


MISSING: Final = Judged("", "email_missing")
TOO_LONG: Final = Judged("", "email_too_long")
INVALID: Final = Judged("", "email_invalid")


def clean(text: str) -> str:
    """Return what was meant by `text`: without spaces of any kind, `mailto:` and `Name <…>`."""
    if text.endswith(">") and (angled := _ANGLED(text)):
        text = angled[1]
    if " " in text or not text.isprintable():
        text = text.translate(_DROPPED)
    return text[7:] if text[:7].lower() == "mailto:" else text


def judge_by_library(address: str) -> Judged:
    """Judge a cleaned `address` by all rules, slowly (80 us): other alphabets, quoted parts, reserved names.

    No DNS is asked. Local parts outside ASCII and quoted ones are refused: too few servers take them (RFC 6531).
    """
    try:
        found = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            check_deliverability=False,
            test_environment=True,  # `.test` (RFC 2606) is for us
            strict=True,
        )
    except EmailNotValidError:
        return INVALID
    # the library lower-cases some mailbox names; we keep every local part as given (RFC 5321 section 2.4)
    return Judged(f"{address.rpartition('@')[0]}@{found.ascii_domain}", "")


def address_reader() -> Callable[[str], Judged]:
    """Return a function that reads one typed address, e.g. `" Mara@B\u00fccher.example"` gives `Mara@xn--bcher-kva.example`.

    The domain comes back in lower case as A-labels (RFC 5890), the local part as given. Plain ASCII addresses take a short
    rule (1 us), where each domain is judged once and remembered; the rest goes to the library. Both answer alike.
    """
    domains: dict[str, str] = {}

    def domain_of(domain: str) -> str:
        """The domain in our form, "" where it is none."""
        if len(domains) >= MAX_REMEMBERED:
            domains.clear()
        known = domains[domain] = judge_by_library(f"a@{domain}").address[2:]
        return known

    def read(text: str) -> Judged:
        if len(text) > MAX_TYPED:
            return TOO_LONG
        address = clean(text)
        if not address:
            return MISSING
        if len(address) > MAX_ADDRESS:
            return TOO_LONG
        local, _, domain = address.rpartition("@")
        if not _LOCAL(local) or not _HOST(domain):
            return judge_by_library(address)
        if len(local) > MAX_LOCAL:
            return TOO_LONG
        known = domains.get(domain)
        if known is None:
            known = domain_of(domain)
        return Judged(f"{local}@{known}", "") if known else INVALID

    return read


def read_address(text: str) -> Judged:
    """Judge one typed address, for a form or a command. See `address_reader`."""
    return address_reader()(text)


def spellings(email: str) -> frozenset[str]:
    """How an address in our form may stand in what others wrote, in lower case: its domain as A-labels, and in its own letters."""
    local, _at, domain = email.lower().rpartition("@")
    try:
        shown = idna.decode(domain)
    except idna.IDNAError:
        shown = domain
    return frozenset({f"{local}@{domain}", f"{local}@{shown}"})

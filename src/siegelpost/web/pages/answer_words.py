"""What another mail server answered, in words; the codes are for whoever looks after mail servers."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.lanes import LOST
from siegelpost.delivery.rules import FULL, HELD, TLS

SUBJECTS: Final[Mapping[str, str]] = {
    "1": _("No such address"),
    "1.8": _("Our sender address was refused"),
    "1.7": _("Our sender address was refused"),
    "2": _("The mailbox takes nothing at the moment"),
    "2.1": _("The mailbox is closed"),
    "2.2": _("Mailbox full"),
    "3": _("The other server cannot take it"),
    "3.4": _("The message is too large"),
    "4": _("The other server was not reachable"),
    "6": _("The content was refused"),
    "6.7": _("The relay takes no addresses with umlauts"),
    "7": _("Refused because of us or the content"),
}
"""Subject, or subject and detail, of an enhanced status code (RFC 3463 section 3) -> words."""
CLASSES: Final[Mapping[str, str]] = {"2": _("Accepted"), "4": _("Put off"), "5": _("Refused")}
"""First digit of a reply (RFC 5321 section 4.2.1) -> words."""
OURS: Final[Mapping[str, str]] = {
    TLS: _("The relay has no TLS that can be trusted"),
    LOST: _("The connection broke"),
    HELD: _("Not tried: its domain did not take others"),
}
"""What the engine keeps in the place of an answer, or before it -> words."""


def answer(code: str) -> str:
    """What was kept ("550 5.1.1", "552 5.2.2 full", "held 550", "") in the reader's language; "" where nobody knows words."""
    reply = code.partition(" ")[0]
    if reply in OURS:
        return translate(OURS[reply])
    if not reply.isdigit():
        return ""
    if reply.startswith("2"):
        return translate(CLASSES["2"])
    return status_words(code) or translate(CLASSES.get(reply[0], ""))


def status_words(code: str) -> str:
    """What a code complains of ("5.1.1" of a report, "550 5.1.1", "552 full"); "" where it says nothing that has words."""
    parts = code.split(" ")
    status = next((part for part in parts if "." in part), "5.2.2" if FULL.mark in parts else "")
    _class, _dot, rest = status.partition(".")
    words = SUBJECTS.get(rest) or SUBJECTS.get(rest.partition(".")[0])
    return translate(words) if words else ""

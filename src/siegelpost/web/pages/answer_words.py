"""What another mail server answered, in words; the codes are for whoever looks after mail servers."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate

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
    "7": _("Refused because of us or the content"),
}
"""Subject, or subject and detail, of an enhanced status code (RFC 3463 section 3) -> words."""
CLASSES: Final[Mapping[str, str]] = {"2": _("Accepted"), "4": _("Put off"), "5": _("Refused")}
"""First digit of a reply (RFC 5321 section 4.2.1) -> words."""


def answer(code: str) -> str:
    """A kept answer ("550 5.1.1", "451", "") in the reader's language; "" for what is no answer of a server."""
    reply, _space, enhanced = code.partition(" ")
    if not reply.isdigit():
        return ""
    if reply.startswith("2"):
        return translate(CLASSES["2"])
    return status_words(enhanced) or translate(CLASSES.get(reply[0], ""))


def status_words(code: str) -> str:
    """What a status ("5.1.1", or "550 5.1.1" with its reply) complains of; "" where it says nothing that has words."""
    _class, _dot, rest = code.rpartition(" ")[2].partition(".")
    words = SUBJECTS.get(rest) or SUBJECTS.get(rest.partition(".")[0])
    return translate(words) if words else ""

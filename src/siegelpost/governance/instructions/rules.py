"""What an instruction is and when it holds. Pure.

Source: Art. 28(3)(a) GDPR (documented instructions) and its last sentence (a processor who thinks that one is unlawful says so).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from siegelpost.base.i18n import marked as _

INPUT_LOG: Final = "input-log"
PERSONALISED: Final = "personalised-measuring"
SUPPRESSION: Final = "suppression-override"
TRANSFER: Final = "transfer-deviation"
RETENTION: Final = "retention"
OTHER: Final = "other"
KINDS: Final = {
    INPUT_LOG: _("Input log"),
    PERSONALISED: _("Personalised measuring"),
    SUPPRESSION: _("Sending in spite of a suppression"),
    TRANSFER: _("Another way of handing data over"),
    RETENTION: _("Keeping the data until further notice"),
    OTHER: _("Something else"),
}
"""Kind -> what it is called."""

CARRIED_OUT: Final = "carried_out"
OBJECTED: Final = "objected"
ENDED: Final = "ended"
ANSWERS: Final = (CARRIED_OUT, OBJECTED)

FUTURE: Final = "future"
RUNNING: Final = "running"
OVER: Final = "over"
STATES: Final = {FUTURE: _("not yet valid"), RUNNING: _("valid"), OVER: _("over"), OBJECTED: _("objected to")}
"""State -> what it is called."""

NAME_LIMIT: Final = 120
NOTE_LIMIT: Final = 2_000
TEXT_LIMIT: Final = 100_000  # characters: fifty pages
FILE_LIMIT: Final = 10_000_000  # bytes: a long scan


@dataclass(frozen=True, slots=True)
class Term:
    """For how long an instruction holds: both days included; `until` None for as long as nobody ends it."""

    since: date
    until: date | None = None

    def sound(self) -> bool:
        """Whether its end comes after its beginning."""
        return self.until is None or self.since <= self.until


def state_of(term: Term, steps: frozenset[str], today: date) -> str:
    """What an instruction is worth on a day; `steps` are what has happened to it (ANSWERS, ENDED)."""
    if OBJECTED in steps:
        return OBJECTED
    if ENDED in steps or (term.until is not None and term.until < today):
        return OVER
    return FUTURE if today < term.since else RUNNING


def tidy_name(text: str) -> str:
    """A person's name as it is kept: no blanks around it, one between words."""
    return " ".join(text.split())


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same person, whatever their case and blanks."""
    return tidy_name(one).casefold() == tidy_name(other).casefold()


def as_text(document: bytes) -> str | None:
    """The text that a document is, None where it is something else (a PDF, a picture)."""
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text if text.translate(_LAYOUT).isprintable() else None


_LAYOUT: Final = {ord(sign): " " for sign in "\r\n\t\f\u00ad\u200b\ufeff\u00a0\u2028\u2029\u202f"}
"""Signs that are no letters and stand in texts all the same."""

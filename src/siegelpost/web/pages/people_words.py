"""The words for what programs read as codes: how people stand, kinds of suppressions, kinds of fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.people import SILENT, SUPPRESSED, WRITABLE, Standing
from siegelpost.consent.suppression import SuppressionEntry
from siegelpost.consent.words import way
from siegelpost.web.pages.mailing_words import Badge, left_out

STANDINGS: Final[Mapping[str, str]] = {
    WRITABLE: _("Can be written to"),
    SUPPRESSED: _("Suppressed"),
    SILENT: _("No consent or no list"),
}
COLOURS: Final[Mapping[str, str]] = {WRITABLE: "green", SUPPRESSED: "red", SILENT: "secondary"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of suppression: its name, what it means, and whether the tenant itself decides about it."""

    code: str
    name: str
    about: str


KINDS: Final = (
    Kind("complaint", _("Complaints"), _("Reported a mailing as spam.")),
    Kind("optout", _("Unsubscribed"), _("Want no mail, from one list or at all.")),
    Kind("blacklist", _("Blacklist"), _("You decided to send nothing to these addresses, or to all that fit a pattern.")),
    Kind("retained", _("Retained"), _("Mail to them came back several times.")),
    Kind("exclusion", _("Exclusion lists"), _("Taken from a list of people who must not get mail.")),
)
"""In the order of their weight."""

LIFTS: Final[Mapping[str, str]] = {
    "complained": _("Stays: whoever complained gets no more mail from you."),
    "opted_out": _("Only the person can lift this, by signing up again with a form."),
    "blacklisted": _("Can be taken off the blacklist again."),
    "parents_list": _("Stays: only the account above yours can take it off its list."),
    "operators_list": _("Stays: only the operator can take it off its list."),
    "listed": _("Stays for as long as the address stands on that list."),
    "retained": _("Stays: mail to this address keeps coming back."),
    "excluded": _("Stays: it came with an exclusion list."),
}
"""Reason of a suppression -> who can lift it (consent/blacklist.py, consent/suppression.py)."""
LIFTS_PATTERN: Final = _("Comes from a pattern, which you can remove under “Suppression”.")

FIELD_KINDS: Final[Mapping[str, str]] = {
    "text": _("Text"),
    "number": _("Number"),
    "date": _("Date"),
    "boolean": _("Yes or no"),
    "choice": _("Choice"),
}
UNFIT: Final[Mapping[str, str]] = {
    "number": _("This is not a number. Write it like 12 or 1.5."),
    "date": _("This is not a date. Write it like 2026-12-31."),
    "choice": _("This is none of the options."),
}


def standing_badge(standing: Standing) -> Badge:
    """How somebody stands; a suppression says its reason."""
    words = left_out(standing.reason) if standing.reason else translate(STANDINGS[standing.code])
    return Badge(words, COLOURS[standing.code])


def entry_lines(entries: Iterable[SuppressionEntry], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Suppressions as they are shown: why, for what, from where, since when, and who can lift them."""
    return [
        {
            "reason": left_out(one.reason),
            "list": "" if one.list_id is None else names[one.list_id],
            "pattern": one.pattern,
            "source": way(one.source),
            "at": one.at,
            "lifts": translate(LIFTS_PATTERN if one.pattern else LIFTS[one.reason]),
        }
        for one in entries
    ]

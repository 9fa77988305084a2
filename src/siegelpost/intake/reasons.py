"""Why a row of a file is refused: a code for programs and a sentence for people."""

from collections.abc import Mapping
from typing import Final

from siegelpost.audience.reserved import REAL
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate

REASONS: Final[Mapping[str, str]] = {
    "email_missing": _("The e-mail address is missing."),
    "email_too_long": _("The e-mail address is longer than 64 characters before the @ or 254 in all."),
    "email_invalid": _("This is no e-mail address that mail can be sent to."),
    REAL: _("Real addresses do not belong into a test system."),
    "duplicate": _("The address appears further up in the file; the first row counts."),
    "too_few_cells": _("The row has fewer cells than there are headings."),
    "too_many_cells": _("The row has more cells than there are headings."),
    "cell_too_large": _("A cell holds more than 131,072 characters, or its quotation marks do not end."),
    "value_too_long": _("A value is longer than 1,000 characters."),
    "value_unfit": _("A value does not fit the type of its field."),
    "characters_lost": _("A value holds characters that cannot be read."),
    "not_on_list": _("The person is not on the list, and this import only updates."),
    "opted_out": _("The person has unsubscribed."),
    "complained": _("The person has complained about a mailing."),
    "blacklisted": _("The address is on the blacklist."),
    "parents_list": _("The address is on the blacklist of the account above this one."),
    "operators_list": _("The address is on the operator's blacklist."),
    "listed": _("The address is on a list of people who want no advertising."),
    "retained": _("Mail to this address came back several times."),
    "unproven": _("An earlier import could not show that this person agreed. They can sign up themselves."),
    "excluded": _("The address is on an exclusion list."),
}
"""Code -> sentence. Codes are stable: they are keys of `refused` in the result of an import."""


def explain(reason: str, column: str = "") -> str:
    """The sentence for a code in the reader's language, with the heading of the column where one is at fault."""
    sentence = translate(REASONS[reason])
    return f"{sentence} ({column})" if column else sentence

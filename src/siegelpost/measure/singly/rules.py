"""What an instruction to measure single people must say, and how long confirmed duties and stored requests live. Pure.

Source: Art. 28(3)(a) GDPR; controls 1.5-06, 1.5-07 and 4.3-04 (purpose, figures, lists, period; nothing wholesale).
"""

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.measure.modes import CLICKS, NAMED_CLICKS, NAMED_OPENS, OPENS, PERSONALISED

YEAR: Final = timedelta(days=366)
NOTICE: Final = timedelta(days=30)
"""So long before duties run out the tenant is told."""
KEEP: Final = timedelta(days=180)
"""Half a year: a mailing is read within days, and whoever compares two seasons takes the totals."""
SHORTEST: Final = 15  # characters: "Newsletter" is no purpose, "Themen der Messe planen" is one
LONGEST: Final = 300
_WHOLESALE: Final = re.compile(
    r"\b(alles|alle zwecke|sämtliche\w*|jede\w* zweck\w*|allgemein\w*|generell\w*|pauschal\w*|beliebig\w*|everything|all purposes|"
    r"any purpose|in general|generally|whatever|marketing|werbung|statisti\w+|auswertung\w*|optimi[es]\w*)\b"
)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_FILLING: Final = re.compile(
    r"\b(für|und|der|die|das|was|ist|wird|alle|zur|zum|von|the|and|for|what|is|our|unsere\w*|zwecke?|purposes?|möglich|possible)\b"
)


class InstructionWholesale(BadInput):
    """It names no purpose, no figure, no list or no end."""

    code = "measure.instruction_wholesale"
    message = _("Measuring single people needs an instruction for something in particular; this one lacks: {lacks}.")
    hint = _("Name one purpose in a sentence, opens or clicks or both, the lists, and an instruction that ends within a year.")
    nothing = _("Nothing was opened.")


class DutiesMissing(Refused):
    """Nobody entitled confirmed the tenant's duties within the last year."""

    code = "measure.duties_missing"
    message = _("The duties towards people who are measured singly are not confirmed for this year.")
    hint = _("Somebody entitled confirms them: `siegelpost measuring duties SLUG --by NAME …`. Until then everything is anonymous.")
    nothing = _("Nothing was opened.")


class ListNotInstructed(Refused):
    """The instruction is about other lists."""

    code = "measure.list_not_instructed"
    message = _("The instruction to measure single people does not name every list of this mailing.")
    hint = _("Choose `anonymous`, or lists that it names.")
    nothing = _("Nothing was changed.")


PURPOSE: Final = _("a purpose")
FIGURES: Final = _("the figures")
LISTS: Final = _("the lists")
PERIOD: Final = _("an end within a year")


def mode_of(figures: Collection[str]) -> str:
    """The mode that these figures mean; "" for none, or for one that cannot be measured."""
    both = {frozenset({OPENS, CLICKS}): PERSONALISED, frozenset({OPENS}): NAMED_OPENS, frozenset({CLICKS}): NAMED_CLICKS}
    return both.get(frozenset(figures), "")


def lacks(purpose: str, figures: Collection[str], lists: Collection[object], days: int | None) -> list[str]:
    """What an instruction does not say, of PURPOSE, FIGURES, LISTS and PERIOD.

    days  for how long it holds from today on; None where it has no end
    """
    said = [one for one, fine in ((PURPOSE, is_purpose(purpose)), (FIGURES, mode_of(figures)), (LISTS, lists)) if not fine]
    return said if days is not None and 0 < days <= YEAR.days else [*said, PERIOD]


def translated(missing: Collection[str]) -> list[str]:
    """What `lacks` found, in the reader's language."""
    return [translate(one) for one in missing]


def is_purpose(text: str) -> bool:
    """Whether a sentence names something in particular: three words are left when the wholesale ones are taken out."""
    said = " ".join(text.casefold().split())
    left = _WORD.findall(_FILLING.sub(" ", _WHOLESALE.sub(" ", said)))
    return SHORTEST <= len(said) <= LONGEST and said.isprintable() and len(left) >= 3

"""How opens and clicks are measured, each for itself; of all who have a say the strictest decides. Pure.

Four have a say: the tenant, whose mode is a ceiling; the lists that a mailing goes to; the mailing; and the person.
Source: control 1.5-01; Art. 25(1) and (2) GDPR; § 25 TDDDG.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from siegelpost.base.errors import Refused, WrongUsage
from siegelpost.base.i18n import marked as _

OFF: Final = "off"
ANONYMOUS: Final = "anonymous"
PERSONALISED: Final = "personalised"
RANKS: Final = (OFF, ANONYMOUS, PERSONALISED)
"""The strictest first."""
OPENS: Final = "opens"
CLICKS: Final = "clicks"
NAMED_OPENS: Final = "named-opens"
NAMED_CLICKS: Final = "named-clicks"
"""Of opens alone, and of clicks alone, each person who agreed; the rest anonymous."""


class InstructionMissing(Refused):
    """Personalised measuring was asked for, and nobody instructed it."""

    code = "measure.instruction_missing"
    message = _("Personalised measuring needs a recorded written instruction of the tenant.")
    hint = _("Use --measure anonymous or --measure off, or open it first: `siegelpost measuring personalise`.")
    nothing = _("Nothing was changed.")


class ModeUnknown(WrongUsage):
    """No such way to measure."""

    code = "measure.mode_unknown"
    message = _("There is no such way to measure.")
    hint = _("Choose off, anonymous, opens (anonymous, opens alone) or clicks (anonymous, clicks alone).")


class AboveCeiling(Refused):
    """A mailing asks for more than its tenant allows."""

    code = "measure.above_ceiling"
    message = _("The tenant measures {allowed} at most, and this asks for more.")
    hint = _("Choose a stricter mode, or change what the tenant allows (`siegelpost measuring choose`).")
    nothing = _("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Modes:
    """One of RANKS for opens, and one for clicks."""

    opens: str = ANONYMOUS
    clicks: str = ANONYMOUS

    @classmethod
    def of(cls, word: str) -> "Modes":
        """What a word of the command line, a form or the database means. Raises ModeUnknown."""
        if word not in WORDS:
            raise ModeUnknown
        return WORDS[word]

    @property
    def word(self) -> str:
        """The word that means this; of a pair that has none, the word of the stricter half."""
        return next((word for word, modes in WORDS.items() if modes == self), stricter(self.opens, self.clicks))

    @property
    def personalised(self) -> bool:
        """Whether anything of it is about single people."""
        return PERSONALISED in (self.opens, self.clicks)

    def exceeds(self, ceiling: "Modes") -> bool:
        """Whether opens or clicks are measured more closely than `ceiling` allows."""
        return strictest((self, ceiling)) != self


WORDS: Final = {
    OFF: Modes(OFF, OFF),
    ANONYMOUS: Modes(ANONYMOUS, ANONYMOUS),
    OPENS: Modes(ANONYMOUS, OFF),
    CLICKS: Modes(OFF, ANONYMOUS),
    PERSONALISED: Modes(PERSONALISED, PERSONALISED),
    NAMED_OPENS: Modes(PERSONALISED, ANONYMOUS),
    NAMED_CLICKS: Modes(ANONYMOUS, PERSONALISED),
}
"""What people type and what is kept -> modes of opens and of clicks."""
MODES: Final = tuple(WORDS)
NOTHING: Final = WORDS[OFF]
MOST: Final = WORDS[PERSONALISED]


def stricter(one: str, other: str) -> str:
    """The stricter of two of RANKS."""
    return min(one, other, key=RANKS.index)


def strictest(said: Iterable[Modes]) -> Modes:
    """Of opens the strictest mode that anybody said, and of clicks; without anybody nothing is measured."""
    every = list(said)
    if not every:
        return NOTHING
    return Modes(min((one.opens for one in every), key=RANKS.index), min((one.clicks for one in every), key=RANKS.index))


@dataclass(frozen=True, slots=True)
class Said:
    """What each of those who have a say said about one mailing, before anybody is looked at singly."""

    tenant: Modes
    mailing: Modes
    lists: Sequence[Modes] = ()

    @property
    def decided(self) -> Modes:
        """What holds for the mailing."""
        return strictest((self.tenant, *self.lists, self.mailing))


def for_person(mailing: Modes, person: Modes) -> Modes:
    """How one recipient is measured.

    mailing  what holds for the mailing
    person   NOTHING for whoever wants no measuring; ANONYMOUS for whoever said nothing: silence is never a consent to more
    """
    return strictest((mailing, person))


def with_opening(chosen: Modes, opened: Modes) -> Modes:
    """A tenant's ceiling while an instruction is open: the figures that it names, each person; of the others what the tenant chose."""
    return Modes(
        PERSONALISED if opened.opens == PERSONALISED else chosen.opens, PERSONALISED if opened.clicks == PERSONALISED else chosen.clicks
    )


def open_the_door(modes: Modes) -> None:
    """What a tenant or a list chooses is never about single people: that is opened by an instruction. Raises InstructionMissing."""
    if modes.personalised:
        raise InstructionMissing

"""What is wrong with a declaration by which somebody agrees to be measured singly, or profiled. Pure; see `lint`.

Each purpose stands by itself: no e-mails are asked for, and measuring is no profiling. It says what is done, and that it can be withdrawn.

Source: Art. 7(2) and (4) GDPR, recital 43.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.consent.lint import Bundles, ConsentTextWrong, Measures, NoWithdrawal, PreTicked, Text
from siegelpost.consent.purposes import MEASURING, PROFILING

_PROFILES: Final = re.compile(
    r"\b\w*profil\w*|\b(meine[nrs]?|deine[nrs]?|ihre[nrs]?) (interessen|vorlieben|neigungen)\b|\binteressiert\b"
    r"|\b(my|your) (interests|preferences|likings)\b|\bprofile?s?\b|\b(was|what) (mich|sie|me|you) interes\w+"
)


class AsksForMails(ConsentTextWrong):
    """The e-mails in the same breath."""

    code = "consent.text_asks_for_mails"
    message = _("This declaration asks for the e-mails, too: “{words}”. They have a declaration of their own.")
    hint = _("Say here only what is stored when somebody opens the e-mails and follows their links, and what for.")
    sign = re.compile(
        r"\b(newsletter|e-?mails?|mails?|informationen|angebote)\b[^.;]{0,60}?"
        r"\b(erhalten|bekommen|beziehen|abonnieren|zu(ge)?send\w+|zuschick\w+|geschickt|zugesandt|informiert)\b"
        r"|\babonnier\w+|\bnewsletter\w* (haben|an)\b|\bsends? me\b"
        r"|\b(receive|get|be sent|subscribe to|sign up for)\b[^.;]{0,40}\b(newsletters?|e-?mails?)\b"
    )


class Profiles(ConsentTextWrong):
    """Profiling in a declaration about measuring."""

    code = "consent.text_profiles"
    message = _("This declaration about measuring asks for profiling, too: “{words}”. Each needs a consent of its own.")
    hint = _("Take it out here, and ask for profiling with a box of its own.")
    sign = _PROFILES


class NamesNothing(ConsentTextWrong):
    """It does not say what is done."""

    code = "consent.text_names_nothing"
    message = _("The declaration does not say what somebody agrees to.")
    hint = _("Say that it is stored for the person when they open e-mails and which links they follow, or that a profile is made of it.")


_NAMES: Final[Mapping[str, re.Pattern[str]]] = {
    MEASURING: re.compile(rf"{Measures.sign.pattern}|\b(öffne\w*|anklick\w*|klick\w*|folge|opens?|opened|clicks?|follow)\b"),
    PROFILING: _PROFILES,
}
_REFUSED: Final[Mapping[str, tuple[type[ConsentTextWrong], ...]]] = {
    MEASURING: (Bundles, PreTicked, AsksForMails, Profiles),
    PROFILING: (Bundles, PreTicked, AsksForMails),
}


def wrong_with_purpose(purpose: str, text: str, names: Collection[str] = ()) -> Iterator[ConsentTextWrong]:
    """What is wrong with a declaration for one of `purposes.PURPOSES`, each kind once; `names` as in `lint.wrong_with`."""
    said = Text.of(text, names)
    yield from said.faults(_REFUSED[purpose])
    if not any(_NAMES[purpose].search(one) for one in said.sentences):
        yield NamesNothing()
    if not said.can_be_withdrawn:
        yield NoWithdrawal()

"""What is wrong with a declaration of consent, as far as its words tell. Pure.

It knows German and English words, whichever language the form says, and reads sentence by sentence: one that denies something ("we do
not track you") is no fault. It finds what people usually write, and proves nothing: whoever writes the text answers for it.

Source: Art. 4(11), Art. 7(2), (3) and (4) GDPR; recital 32 (no box ticked beforehand) and 43 (each purpose by itself); CJEU C-673/17
(Planet49); § 7(2) UWG.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _

_NOTHING: Final = _("The form was not saved.")


class ConsentTextWrong(BadInput):
    """A declaration of consent that would be void. `words` are those that gave it away."""

    nothing = _NOTHING
    sign: ClassVar[re.Pattern[str]]
    purpose: str = ""
    """Of a declaration that asks for something beside the e-mails: for what."""
    denied: ClassVar[bool] = True
    """Whether a sentence that denies it is no fault."""


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


class Bundles(ConsentTextWrong):
    """More than e-mails of this form: conditions, other channels, other senders, a competition."""

    code = "consent.text_bundles"
    message = _("The declaration of consent asks for more than these e-mails: “{words}”. Consent to several things at once is void.")
    hint = _("Name only who writes and about what. Ask for anything else elsewhere, with a box or a form of its own.")
    sign = _any(
        r"\bagb\b", r"allgemeinen? geschäftsbedingungen", r"(nutzungs|teilnahme)bedingungen", r"terms (and conditions|of (use|service))",
        r"(akzeptiere|bestätige|stimme)( ich)? (der|den|die|ihrer|unserer) datenschutz\w+", r"mit (der|den) datenschutz\w+ einverstanden",
        r"(accept|agree (to|with)) (the|your|our) privacy \w+",
        r"per (telefon|anruf|sms|post|brief|fax|whatsapp|messenger)", r"\btelefonisch", r"\b(sms|whatsapp)\b", r"\banrufen\b",
        r"\bby (phone|telephone|post|letter|sms|text message|fax)", r"\bphone calls?\b", r"\bcall me\b", r"\btext me\b",
        r"(an|durch|von) (dritte|(unsere|deren|seine|ihre) partner|partner)\b", r"\b(partner|kooperations|konzern)(unternehmen|partner)\w*",
        r"\bthird part(y|ies)\b", r"\b(our|its|selected|trusted) (partners|affiliates)\b", r"\bweiter(gabe|gegeben|geben|zugeben)\b",
        r"\b(share|pass on|sell) (my|your|these|the) (data|address|details)",
        r"am (gewinnspiel|preisausschreiben)", r"an der verlosung",
        r"\b(enter|take part in|participate in) the (competition|prize draw|raffle|sweepstakes?)",
    )  # fmt: skip


class PreTicked(ConsentTextWrong):
    """A box that is ticked, or silence that counts as a yes."""

    code = "consent.text_pre_ticked"
    message = _("The declaration of consent takes a box as ticked, or silence as a yes: “{words}”. Only what somebody does counts.")
    hint = _("Write what the person agrees to; the box of the form is empty, and they tick it.")
    denied = False
    sign = _any(
        r"[☑☒✓✔✅]", r"\[ ?x ?\]", r"\bchecked\b", r"\b(vorausgewählt|vorangekreuzt|voreingestellt)\b",
        r"\b(bereits|schon) (angekreuzt|angehakt|ausgewählt|aktiviert)", r"häkchen (bitte )?(entfern|wegnehm|lösch)\w+",
        r"\b(entferne|lösche)\w* (ich |sie )?(bitte )?(das|dieses|den) (häkchen|haken)", r"\babwählen\b", r"\bwählen sie .{0,40}\bab\b",
        r"\b(wenn|falls|sofern|solange) (ich|sie) (dem |hier |dagegen )?nicht widersprech\w+", r"\bwidersprech\w+ (ich|sie) nicht\b",
        r"\bohne widerspruch\b", r"\bpre-?(ticked|checked|selected)\b", r"\b(already|automatically) (ticked|checked|selected)\b",
        r"\b(untick|uncheck|deselect)\b", r"\bunless (i|you) (object|opt out|say|tell)", r"\bif (i|you) do(n't| not) (object|opt out|say)",
    )  # fmt: skip


class Measures(ConsentTextWrong):
    """Measuring or profiling in the same breath."""

    code = "consent.text_measures"
    message = _("The declaration of consent mixes measuring or profiling with the newsletter: “{words}”. Each needs a consent of its own.")
    hint = _("Take it out here. Opens and clicks are counted without naming anybody; measuring per person is a consent by itself.")
    sign = _any(
        r"\b(ge)?track\w*", r"\bprofiling\b", r"\b(\w+)?profilbildung\b", r"\b(nutzungs|nutzer|interessen|kunden|persönlichkeits)profil\w*",
        r"\bprofile? (über mich |von mir )?(erstell|gebildet|bild)\w*", r"\b(create|build) (a|my|your) (user |interest )?profile",
        r"\bpersonenbezogen\w* (auswert|mess|analys)\w*", r"\b(öffnungs|klick|lese|nutzungs|nutzer|kauf|surf)(verhalten|rate)\w*",
        r"\b(öffnungs-|öffnungen und|öffnen und) ?klick\w*",
        r"\b(erfolgs|reichweiten|öffnungs|klick)messung\w*", r"\b(zählpixel|web ?beacons?)\b",
        r"\b(ausgewertet|auswertet|auswerten|analysiert|analysieren|gemessen)\b",
        r"\b(open(ing)?s? and (of )?click\w*|open rates?|click rates?)",
        r"\b(click|usage|user|reading|opening|browsing|purchase) behaviou?r\b",
        r"\b(which|what) (links|e-mails) i (click|open|read)", r"\bwhich links\b", r"\bwhen i open\b", r"\bwelchen? links?\b",
        r"\bwann ich\b.{0,60}\böffne\b", r"\bmeasur(e|ed|ing|ement)\b", r"\banaly[sz](e|es|ed|ing)\b",
    )  # fmt: skip


class NoWithdrawal(ConsentTextWrong):
    """Nothing says that the person can take it back."""

    code = "consent.text_no_withdrawal"
    message = _("The declaration of consent does not say that it can be withdrawn.")
    hint = _("Add, for example: “I can withdraw this consent at any time with effect for the future, through the link in each e-mail.”")
    sign = _any(
        r"\bwiderruf\w*", r"\b(ab(zu)?bestell|ab(zu)?meld)\w*", r"\b(aus(zu)?tragen)\b",
        r"\bwithdraw\w*", r"\brevok\w*", r"\bunsubscrib\w*",
        r"\bopt(ing)?[ -]out\b",
    )  # fmt: skip


_DENIED: Final = _any(r"\b(nicht|kein\w*|nie|niemals|weder|ohne)\b", r"\b(not|no|never|without|neither|nor)\b", r"\w+n't\b")
_FINAL: Final = re.compile(
    r"\b(nicht|nie|niemals|kein\w*|not|never|cannot|can't|no)( \w+){0,2} "
    r"(widerruf|ab(zu)?bestell|ab(zu)?meld|aus(zu)?trag|withdraw|revok|unsubscrib|opt)\w*"
)
"""A withdrawal that is denied is no hint."""
_ASKS: Final = _any(
    r"\b(willige|einverstanden|stimme|möchte|will|wünsche|erlaube|gestatte)\b",
    r"\b(agree|would like|want|allow|permit|consent to)\b",
)
_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_SOMEBODY: Final = " x "


def wrong_with(text: str, names: Collection[str] = ()) -> Iterator[ConsentTextWrong]:
    """What is wrong with a declaration, each kind once.

    names  of the tenant and its lists: what somebody is called says nothing about what is asked
    """
    said = Text.of(text, names)
    yield from said.faults((Bundles, PreTicked, Measures))
    if not said.can_be_withdrawn:
        yield NoWithdrawal()


@dataclass(frozen=True, slots=True)
class Text:
    """A declaration sentence by sentence, in lower case, with somebody in the place of names."""

    sentences: tuple[str, ...]

    @classmethod
    def of(cls, text: str, names: Collection[str]) -> "Text":
        """Take it apart; `names` as in `wrong_with`."""
        said = _plain(text)
        for name in sorted((_plain(one) for one in names if len(one.strip()) > 1), key=len, reverse=True):
            said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _SOMEBODY, said)
        return cls(tuple(" ".join(one.split()) for one in _SENTENCES.split(said) if one.strip()))

    def faults(self, kinds: Collection[type[ConsentTextWrong]]) -> Iterator[ConsentTextWrong]:
        """Of these kinds those that are found, each once."""
        for kind in kinds:
            asked = [one for one in self.sentences if not (kind.denied and _DENIED.search(one))]
            asked = [one for one in asked if not (kind is Bundles and _only_takes_back(one))]
            if found := next((hit for one in asked if (hit := kind.sign.search(one))), None):
                yield kind(words=found[0])

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether a sentence says so."""
        return any(_takes_back(one) for one in self.sentences)


def _only_takes_back(sentence: str) -> bool:
    """It tells how to withdraw and asks for nothing: by which channels that can be done bundles nothing."""
    return _takes_back(sentence) and not _ASKS.search(sentence)


def _takes_back(sentence: str) -> bool:
    return NoWithdrawal.sign.search(_FINAL.sub("", sentence)) is not None


def _plain(text: str) -> str:
    return text.casefold().replace("ß", "ss").replace("\u2019", "'").replace("\u2011", "-")

"""What a mail that answers one person's act must hold, may hold, and must not hold. Pure.

Source: OLG München, 27.09.2012, 29 U 1682/12, and BGH, 10.02.2011, I ZR 164/09 (a mail that asks for confirmation is no advertising only
as long as it does nothing but ask); § 7(2) UWG; Art. 7(3) and 21(3) GDPR (whoever left gets no advertising with the farewell).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.mailings.dialog_errors import DialogAdvertises, DialogElsewhere, DialogLacks, DialogNameUnknown, DialogWrong
from siegelpost.mailings.rules import FORMATS, MAX_SUBJECT, checked_source, header_text
from siegelpost.render.compile import Compiled, Source, compile_variant
from siegelpost.render.fieldnames import names_read
from siegelpost.render.loads import loads
from siegelpost.render.pieces import join

CONFIRMATION: Final = "confirmation"
WELCOME: Final = "welcome"
FAREWELL: Final = "farewell"
NOTICE: Final = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did, and what the mail that answers it may say.

    label     what the mail is called; `about` what it is for
    needs     values that both its parts show whatever is known about the reader
    may       further values
    personal  whether the person's own fields may stand in it: not before the owner of the address has answered, as whatever a
              stranger typed into a form would be mailed to somebody else
    quiet     no advertising: no address of its own, no picture, no words that sell
    """

    label: str
    about: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    personal: bool = True
    quiet: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """All values that it knows, those that it needs first."""
        return (*self.needs, *self.may)


ACTS: Final[Mapping[str, Act]] = {
    CONFIRMATION: Act(
        label=_("Confirmation"),
        about=_("Asks the owner of an address whether they signed up. It asks and does nothing else."),
        needs=("confirm_url", "not_me_url", "declaration", "imprint"),
        may=("tenant", "days", "pause"),
        personal=False,
    ),
    WELCOME: Act(
        label=_("Welcome"),
        about=_("Goes to whoever has confirmed, once."),
        needs=("unsubscribe_url", "imprint"),
        may=("preferences_url", "tenant", "lists", "email"),
        quiet=False,
    ),
    FAREWELL: Act(
        label=_("Farewell"),
        about=_("Tells somebody who unsubscribed that it was done."),
        needs=("imprint",),
        may=("tenant", "lists", "email"),
    ),
    NOTICE: Act(
        label=_("Notice"),
        about=_("Tells your team what somebody did."),
        needs=("email",),
        may=("tenant", "lists", "way", "at", "imprint"),
        quiet=False,
    ),
}
"""Act -> its rules."""

SELLS: Final = re.compile(
    r"\b(rabatt\w*|gutschein\w*|sonderangebot\w*|\w*angebot(e|en|s)?|schnäppchen|aktions(preis|code)\w*|jetzt (kaufen|bestellen|sparen)"
    r"|gratis\w*|geschenkt?|kaufen sie|sparen sie|sparpreis\w*|sale|discounts?|vouchers?|coupons?|special offers?|offers?|buy now|order now"
    r"|shop now|save (up to )?\d+|free gift|bargains?|deals?)\b|\d+ ?(%|prozent|percent)",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"<[^>]*>|\{[{%].*?[%}]\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """What a dialog mailing says in one language: a subject on one line and a text, both with Liquid."""

    subject: str
    source: str

    def checked(self) -> "Words":
        """The same, fit to be stored. Raises HeaderRefused, SourceEmpty, SourceNotText, SourceTooLarge."""
        return Words(header_text(self.subject, "subject", MAX_SUBJECT), checked_source(self.source))


def compiled(format: str, words: Words) -> Compiled:
    """The pieces of one text. Raises SourceUnusable."""
    return compile_variant(Source(format=format, body=words.source, subject=words.subject))


def faults_in(act: str, format: str, words: Words, fields: Collection[str]) -> Iterator[DialogWrong]:
    """What is wrong with one text of a dialog mailing; `fields` are the aliases of the tenant's own.

    Raises SourceUnusable for what cannot be read, ValueError for an act or a format that there is none of.
    """
    if act not in ACTS or format not in FORMATS:
        raise ValueError(f"no such act or format: {act}, {format}")
    rule = ACTS[act]
    known = {*rule.values, *(fields if rule.personal else ())}
    unknown = sorted(names_read(Source(format=format, body=words.source, subject=words.subject)) - known)
    if unknown:
        yield DialogNameUnknown(names=", ".join(unknown)[:200], known=", ".join(rule.values))
    made = compiled(format, words)
    if lacking := _lacking(rule, made):
        yield DialogLacks(names=", ".join(lacking))
    if rule.quiet:
        if elsewhere := _elsewhere(made):
            yield DialogElsewhere(address=elsewhere[:200])
        if found := SELLS.search(_MARKUP.sub(" ", f"{words.subject}\n{words.source}")):
            yield DialogAdvertises(words=found[0])


def _lacking(rule: Act, made: Compiled) -> list[str]:
    """Needed values that one of the parts does not show to somebody about whom nothing else is known."""
    signs = {name: f"https://{number}.sign.invalid/" for number, name in enumerate(rule.needs)}
    parts = [join(part, signs) for part in (made.text, made.html) if part is not None]
    return [name for name, sign in signs.items() if not all(sign in part for part in parts)]


def _elsewhere(made: Compiled) -> str:
    """The first fixed address that the mail leads to or loads from, "" where it has none."""
    page = join(made.html, {}) if made.html else ""
    further = re.search(r"""href=["']?((?:mailto|tel|sms|ftp):[^"'\s>]+)""", page, re.IGNORECASE)
    loaded = (one.address for one in loads(page) if one.address.strip())
    return next(iter((*made.links, *loaded, *((further[1],) if further else ()))), "")

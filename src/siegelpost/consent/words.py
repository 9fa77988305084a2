"""Codes of consent as words for people: why somebody may be written to, where that was said, how it ended."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.customers import EXISTING
from siegelpost.consent.purposes import LAST_LIST, MEASURING, PROFILING
from siegelpost.consent.texts import NEWSLETTER

GROUNDS: Final[Mapping[str, str]] = {
    "double_opt_in": _("Double opt-in"),
    "preferences": _("Chosen on the page of preferences"),
    "renewed": _("Renewed when we asked"),
    EXISTING: _("Existing customer, § 7(3) UWG"),
}
PURPOSE_NAMES: Final[Mapping[str, str]] = {
    NEWSLETTER: _("E-mails of this list (newsletter)"),
    MEASURING: _("Measuring for each person"),
    PROFILING: _("Profiling"),
}
SIGN_UP_FORM: Final = _("sign-up form “%(name)s”")
WAYS: Final[Mapping[str, str]] = {
    "one-click": _("one click in the mail program"),
    "page": _("the page behind the link"),
    "mailto": _("a mail to the unsubscribe address"),
    "provider": _("a link of the mail provider"),
    "preferences": _("the page of preferences"),
    "complaint": _("a complaint"),
    "operator": _("the operator"),
    "opt-out": _("an opt-out that came with a file"),
    "staff": _("the staff"),
    "file": _("a file"),
    "narrowed": _("an opt-out from everything, before a new consent"),
    "bounces": _("returned mail"),
    "unproven": _("an import could not show that the person agreed"),
    "list_deleted": _("the list was deleted"),
    "arf": _("a mail provider"),
    "reply": _("an answer to a mailing"),
    "parent": _("the account above"),
    LAST_LIST: _("the end of the last list"),
    "listed": _("a list of others"),
    "silence": _("no answer when we asked"),
    "renewed": _("renewed by the person"),
    "letter": _("a letter"),
    "call": _("a call"),
    "in-person": _("in person"),
    "other-mail": _("a mail to you"),
    "asked": _("a link that was asked for on our page"),
    "erasure": _("an erasure"),
    "opt-out-set-up": _("the opt-out set-up"),
    "not-me": _("“I did not ask for this”"),
}
"""How somebody said that they want no mail, or where an entry comes from."""


def ground(code: str) -> str:
    """Why somebody may be written to; what the staff or an import said stays as it was said."""
    return translate(GROUNDS[code]) if code in GROUNDS else code


def purpose_name(code: str, language: str | None = None) -> str:
    """What somebody agreed to."""
    return translate(PURPOSE_NAMES[code], language) if code in PURPOSE_NAMES else code


def origin(source: str) -> str:
    """Where a consent comes from; what the staff or an import said stays as it was said."""
    kind, _colon, name = source.partition(":")
    return translate(SIGN_UP_FORM) % {"name": name} if kind == "form" and name else source


def way(code: str) -> str:
    """How somebody unsubscribed, or where an entry comes from."""
    return translate(WAYS[code]) if code in WAYS else code

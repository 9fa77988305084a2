"""A mailing's numbers for people: what became of the audience, and that nobody got lost on the way."""

from collections.abc import Mapping
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.output import facts, moment, number, say
from siegelpost.cli.words import left_out, paused, waits
from siegelpost.delivery.waits import WHY

STATES: Final[Mapping[str, str]] = {
    "due": _("waiting"),
    "claimed": _("on the way"),
    "sent": _("sent"),
    "retry": _("to be tried again"),
    "bounced": _("bounced"),
    "blocked": _("refused because of us"),
    "withdrawn": _("withdrawn in time"),
    "expired": _("given up after tries"),
    "unsure": _("unsure whether sent"),
    "cancelled": _("cancelled"),
}
"""Key of `mailing status --json` -> words, in the order of the law."""

MAILING_STATES: Final[Mapping[str, str]] = {
    "draft": _("draft"),
    "in_review": _("in review"),
    "approved": _("approved"),
    "scheduled": _("scheduled"),
    "preparing": _("being prepared"),
    "sending": _("being sent"),
    "paused": _("paused"),
    "finished": _("finished"),
    "cancelled": _("cancelled"),
}
"""State of a mailing -> words."""


HELD: Final = _("{domain} asked us to be slower ({code}): it is left alone until {at}.")
REFUSED: Final = _("{domain} refuses our mail ({code}): send it again or give it up.")


def show_status(found: Mapping[str, Any]) -> None:
    """Print state, numbers and the conservation law; zeros are left out of the list, not of the sum."""
    state = t(MAILING_STATES[found["state"]])
    reason = f" ({paused(found['pause_reason'])})" if found.get("pause_reason") else ""
    say(_("Mailing {id}: {state}"), id=found["id"], state=f"{state}{reason}")
    if found.get("waits_for"):
        why = waits(found["relay"]) if found.get("relay") else t(WHY[found["waits_for"]])
        until = found["waits_until"]
        say(_("Waits until {time}: {why}") if until else _("Waits: {why}"), time=moment(until) if until else "", why=why)
    for one in found.get("held", ()):
        words = HELD if one["until"] else REFUSED
        say(words, domain=one["domain"], code=one["code"], at=moment(one["until"]) if one["until"] else "")
    if found.get("tls", {}).get("demanded"):
        say(_("TLS is demanded up to the relay; what the relay does behind it is unknown."))
    excluded = {f"{t(_('left out'))}: {left_out(name)}": number(n) for name, n in found["excluded"].items() if n}
    states = {words: number(found[state]) for state, words in STATES.items() if found[state]}
    if not found["audience"]:
        say(_("Nobody is in its audience yet."))
        return
    facts({_("audience"): number(found["audience"]), **excluded, **states})
    print(law(found))


def law(found: Mapping[str, Any]) -> str:
    """The sum in one line, "1,000 = 12 left out + 988 sent", with a warning where it does not hold.

    Source: the conservation law of a mailing; every recipient is in exactly one place.
    """
    parts = {_("left out"): sum(found["excluded"].values()), **{words: found[state] for state, words in STATES.items()}}
    terms = [f"{number(n)} {t(words)}" for words, n in parts.items() if n]
    holds = sum(parts.values()) == found["audience"]
    line = f"{number(found['audience'])} {'=' if holds else '≠'} {' + '.join(terms)}"
    return line if holds else f"{line}   {t(_('The numbers do not add up: please report this.'))}"

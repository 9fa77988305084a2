"""The words for what programs read as codes: states of mailings and messages, reasons, formats, ways to measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from siegelpost.base.brakes import Level
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.relay import FAULTS
from siegelpost.feedback.errors import Braked
from siegelpost.flows.schedule import MISSED, REFUSED
from siegelpost.flows.waiting import RelayOut
from siegelpost.tenancy.errors import TenantEnded


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as it is shown: words, and a colour that only repeats what the words say."""

    words: str
    colour: str


STATES: Final[Mapping[str, Badge]] = {
    "draft": Badge(_("Draft"), "secondary"),
    "in_review": Badge(_("In review"), "purple"),
    "approved": Badge(_("Approved"), "cyan"),
    "scheduled": Badge(_("Scheduled"), "cyan"),
    "preparing": Badge(_("Being prepared"), "blue"),
    "sending": Badge(_("Being sent"), "blue"),
    "paused": Badge(_("Paused"), "yellow"),
    "finished": Badge(_("Finished"), "green"),
    "cancelled": Badge(_("Cancelled"), "red"),
}
"""State of a mailing -> badge."""

DELIVERIES: Final[Mapping[str, str]] = {
    "sent": _("Sent"),
    "claimed": _("On the way"),
    "due": _("Waiting"),
    "retry": _("To be tried again"),
    "bounced": _("Undeliverable"),
    "blocked": _("Refused because of us"),
    "unsure": _("Unsure"),
    "withdrawn": _("Withdrawn before sending"),
    "expired": _("Given up after several tries"),
    "cancelled": _("Cancelled"),
}
"""State of one message -> words, in the order of the bar."""

ABOUT: Final[Mapping[str, str]] = {
    "retry": _("The other server asked us to come back later. We try again by ourselves, for up to two days."),
    "bounced": _(
        "The other server refused these messages for good. An address that does not exist is retained after several times in a row; "
        "a full mailbox (“full”), a refusal without a reason (“soft”) and a relay without TLS (“tls”) are never held against it."
    ),
    "blocked": _(
        "The other server refused us, not the recipient: because of our address, our content or our reputation. The addresses "
        "stay as they are. A code that begins with “held” was not tried: its domain had refused others. Mend the cause, then send "
        "these messages again or give them up."
    ),
    "unsure": _(
        "These messages were sent, but the connection broke before the other server confirmed them. Most of them have arrived. "
        "They are not sent again by themselves, so that nobody gets the same message twice without anybody knowing."
    ),
    "withdrawn": _("These people unsubscribed or were suppressed after the start and before their turn. They got nothing."),
    "expired": _("The other server put us off for two days. We stopped trying. You can have them tried for two more days."),
    "cancelled": _("The mailing was cancelled before it was their turn. They got nothing."),
}
"""State of one message -> what it means and what can be done."""

EXCLUDED: Final = _("Left out")
"""The part of the audience that gets nothing, whatever the reason."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "no_consent": _("Without consent"),
    "recent_consent": _("Consent is recent, not asked"),
    "opted_out": _("Unsubscribed"),
    "complained": _("Complained about a mailing"),
    "blacklisted": _("On the blacklist"),
    "parents_list": _("On the blacklist of the account above"),
    "retained": _("Retained after bounces"),
    "excluded": _("On an exclusion list"),
}
"""Why somebody on the lists gets nothing -> words."""

PAUSED: Final[Mapping[str, str]] = {
    "staff": _("Somebody on your team paused it."),
    MISSED: _("It was to start automatically, but nothing ran at that time or soon after. Resume sends it now."),
    REFUSED: _("The checks at its start found something to fix. Make it a draft again; the page “Send” says what it is."),
    "home.copied": _(
        "The data folder or its database is a copy or was put back: what is due may have gone out before. Resume only if you are sure."
    ),
    Braked.code: _(
        "Too many people complained about it at one mail provider, or too many addresses there do not exist. Find the cause;"
        " then your operator can let it go on."
    ),
    ConservationBroken.code: _("Its numbers do not add up. Tell the operator before you resume it."),
    TenantEnded.code: _("The time of this account is over. It can go on once the account is extended."),
}

BRAKED: Final[Mapping[Level, str]] = {
    Level.WARN: _("Beyond this share mail providers begin to distrust a sender. Look at the list and the content."),
    Level.SLOW: _("It goes out slowly for now. If the share grows, it is stopped."),
    Level.STOP: _("It was stopped. Find the cause; then your operator can let it go on."),
}
"""What follows from complaints and hard bounces."""

AFTER_FAULT: Final = _("Once that is fixed, resume the mailing; it goes on where it stopped.")
"""What to do about a fault of the relay."""

FORMATS: Final[Mapping[str, tuple[str, str, str]]] = {
    "md": (
        _("Simple newsletter (Markdown)"),
        _("You write text with headings, links and lists; the design comes by itself. Good for a start."),
        "edit",
    ),
    "mjml": (
        _("Own layout (MJML)"),
        _("Columns, pictures and buttons that look right in every mail program. You edit code for it."),
        "template",
    ),
    "html": (_("Ready-made HTML"), _("For a finished design that you bring along. Its styles are adapted to mail programs."), "code"),
    "txt": (_("Plain text"), _("A letter without any design. Only clicks on links can be counted."), "file-text"),
}
"""Format -> name, what it is for, icon."""

INSERTS: Final[Mapping[str, str]] = {
    "email": _("address of the recipient"),
    "unsubscribe_url": _("link to unsubscribe; must be in every mailing"),
    "preferences_url": _("link to the recipient's own settings"),
    "web_version_url": _("link to read it in the browser"),
    "imprint": _("your imprint; must be in every mailing"),
}
"""Placeholder that every mailing knows -> what it becomes."""

MEASURES: Final[Mapping[str, tuple[str, str]]] = {
    "anonymous": (
        _("Anonymous"),
        _("Opens and clicks are counted with the same addresses for everybody, so that nobody can tell who it was."),
    ),
    "opens": (_("Opens alone, anonymous"), _("The same image in every e-mail counts opens. Links stay as you wrote them.")),
    "clicks": (_("Clicks alone, anonymous"), _("The same links for everybody count clicks. There is no counting image.")),
    "off": (_("Off"), _("Nothing is counted. Links stay as you wrote them.")),
}
"""Way to measure -> name, one sentence."""
PERSONAL: Final[Mapping[str, str]] = {
    "personalised": _("opens and clicks of each person who agreed"),
    "named-opens": _("opens of each person who agreed"),
    "named-clicks": _("clicks of each person who agreed"),
}
"""Ways that an instruction opens -> what is told of whom."""


ENCRYPTION: Final[Mapping[str, str]] = {
    "required": _("up to the relay: demanded"),
    "opportunistic": _("up to the relay: where it can"),
    "off": _("up to the relay: switched off"),
}
"""What is demanded of the relay -> words."""


def why_braked(level: Level) -> str:
    """What follows from complaints and hard bounces, in the reader's language."""
    return translate(BRAKED[level])


def why_paused(code: str) -> str:
    """Why a mailing was paused, in the reader's language."""
    if code in FAULTS:
        return f"{translate(FAULTS[code].message)} {translate(AFTER_FAULT)}"
    return translate(PAUSED[code]) if code in PAUSED else code


def why_waits(out: RelayOut) -> str:
    """What is wrong with the relay that mail waits for, in the reader's language, and what it said itself."""
    why = translate(FAULTS[out.code].message) if out.code in FAULTS else out.code
    return f"{why.removesuffix('.')} ({out.said})." if out.said else why


def left_out(reason: str) -> str:
    """Why somebody gets nothing."""
    return translate(LEFT_OUT.get(reason, reason))

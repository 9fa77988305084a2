"""The events about single people that are kept without their consent, as a closed list: which, why, on what ground, for how long.

A new kind of event about a person, in whatever room, fails a test until it stands here, or among what needs consent.

Source: controls 4.3-03 and 4.3-04; Art. 25(2), 6(1)(f), 21(3), 7(1) GDPR.
"""

from dataclasses import dataclass
from typing import Final

from siegelpost.base.i18n import marked as _


@dataclass(frozen=True, slots=True)
class Necessary:
    """One kind.

    code   as the tables have it: "delivery", "signup", or a kind of `feedback.Event`
    store  the table that holds it
    """

    code: str
    store: str
    name: str
    why: str
    ground: str
    keep: str


_BACK: Final = _("A mail that cannot arrive must not be sent again and again; each provider asks for that.")
_INTEREST: Final = "Art. 6(1)(f) GDPR"
_WHILE: Final = _("as long as the subscriber; the text of the other server 90 days, sealed")

NECESSARY: Final = (
    Necessary(
        "delivery", "delivery.Delivery", _("State of the delivery"), _("So that nobody gets a mailing twice, and each is accounted for."),
        _INTEREST, _("as long as the subscriber"),
    ),
    Necessary("hard", "feedback.Event", _("Bounce for good"), _BACK, _INTEREST, _WHILE),
    Necessary("soft", "feedback.Event", _("Bounce for now"), _BACK, _INTEREST, _WHILE),
    Necessary("policy", "feedback.Event", _("Refused by a rule of the receiver"), _BACK, _INTEREST, _WHILE),
    Necessary("full", "feedback.Event", _("Mailbox full"), _BACK, _INTEREST, _WHILE),
    Necessary(
        "complaint", "feedback.Event", _("Complaint"), _("Whoever complains gets nothing any more."), "Art. 21(3) GDPR",
        _("as long as the subscriber; the block as a keyed hash until the person asks"),
    ),
    Necessary(
        "unsubscribe", "feedback.Event", _("Unsubscription or objection"), _("Whoever leaves or objects gets nothing any more."),
        "Art. 7(3), 21(3) GDPR", _("as long as the subscriber; the block as a keyed hash"),
    ),
    Necessary(
        "optout", "consent.OptOut", _("Opt-out by list, day and way"), _("Whoever leaves or objects gets nothing any more."),
        "Art. 7(3), 21(3) GDPR", _("as long as the tenant; the address until it is anonymised, 7 days if nobody says otherwise"),
    ),
    Necessary(
        "signup", "signups.SignUp", _("Sign-up and its confirmation"), _("To prove that the owner of the address agreed."),
        "Art. 7(1) GDPR",
        _("14 days where nobody confirms; with the consent otherwise"),
    ),
)  # fmt: skip
"""All of them."""
BY_CONSENT: Final = frozenset(("singly.Event",))
"""Tables about what people did that hold nothing without their own consent."""
ABOUT_DEEDS: Final = frozenset(one.store for one in NECESSARY) | BY_CONSENT
"""Every table in which something stands that a person did, or that happened to their mail."""

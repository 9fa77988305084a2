"""Words of reports: ways to measure, verdicts about what came back, classes of devices."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.measure.devices import APPLE, BROWSER, DESKTOP, GMAIL, OTHER, OUTLOOK, PHONE, PROXY, TABLET, THUNDERBIRD, UNKNOWN, YAHOO
from siegelpost.measure.modes import ANONYMOUS, CLICKS, OFF, OPENS, PERSONALISED

MEASURED: Final[Mapping[str, str]] = {
    ANONYMOUS: _(
        "Measured anonymously: pixel and links are the same for everybody who got the mailing, so nobody can see who opened or "
        "clicked. Your own people, and whoever wants no measuring, are not among them."
    ),
    OPENS: _(
        "Opens alone were measured, anonymously: the pixel is the same for everybody who got the mailing. "
        "Links stayed as they were written."
    ),
    CLICKS: _(
        "Clicks alone were measured, anonymously: links are the same for everybody who got the mailing, and there was no pixel in it."
    ),
    OFF: _("Measuring was off for this mailing: opens and clicks were not counted."),
    PERSONALISED: _("Measured per person, on the written instruction of the tenant and with the consent of each of them."),
}
"""How a mailing was measured, in a sentence or two."""

VERDICTS: Final[Mapping[str, str]] = {
    "hard": _("Address does not exist"),
    "soft": _("Failed this time"),
    "full": _("Mailbox full"),
    "policy": _("Refused because of us or the content"),
}
"""What a bounce says -> words."""

CONSEQUENCES: Final[Mapping[str, str]] = {
    "hard": _("Three such answers in a row, without a mailing that arrived in between, and the address gets nothing any more."),
    "soft": _("This says nothing for good: the next mailing goes to the address as usual."),
    "full": _("The mailbox exists; the next mailing goes to it as usual."),
    "policy": _(
        "Not the address is to blame, but how the other server sees us or this mailing. Read its text: it often says what it wants changed."
    ),
}
"""What follows from a bounce."""

DEVICES: Final[Mapping[str, str]] = {
    DESKTOP: _("Computer"),
    PHONE: _("Phone"),
    TABLET: _("Tablet"),
    PROXY: _("Hidden by the mail provider"),
    UNKNOWN: _("Unknown or rare"),
}
"""Class of device -> words."""

FAMILIES: Final[Mapping[str, str]] = {
    APPLE: "Apple Mail",
    OUTLOOK: "Outlook",
    GMAIL: "Gmail",
    YAHOO: "Yahoo",
    THUNDERBIRD: "Thunderbird",
    BROWSER: _("In a browser"),
    OTHER: _("Other"),
}
"""Family of mail clients -> words."""

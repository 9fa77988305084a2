"""Words of reports: ways to measure, verdicts about what came back, classes of devices."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.measure.devices import BOT, DESKTOP, PHONE, PROXY, TABLET, UNKNOWN
from siegelpost.measure.policy import ANONYMOUS, OFF, PERSONALISED

MEASURED: Final[Mapping[str, str]] = {
    ANONYMOUS: _(
        "Measured anonymously: pixel and links are the same for everybody who got the mailing, so nobody can see who opened or "
        "clicked. The number of different people is an estimate, accurate to about 3 percent."
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
    BOT: _("Program"),
    UNKNOWN: _("Unknown or rare"),
}
"""Class of device -> words."""

"""What is said of samples and of those who were drawn."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.intake.sample_rules import CLOSED, GONE, MISSING, OPEN, PROVEN, SHOWN, WAITING

SAMPLE: Final[Mapping[str, str]] = {
    WAITING: _("Nobody of this import gets mail until it is shown that all who were drawn agreed."),
    PROVEN: _("Proof was shown; people of this import can get mail."),
    CLOSED: _("For too many nothing could be shown: nobody of this import gets mail."),
}
"""State of a sample -> what it means."""
PERSON: Final[Mapping[str, str]] = {OPEN: _("not shown yet"), SHOWN: _("shown"), MISSING: _("nothing to show"), GONE: _("erased")}
"""State of somebody who was drawn -> what it is called."""

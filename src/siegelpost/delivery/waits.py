"""Why a mailing that runs sends nothing at this moment, and until when."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _

WHY: Final[Mapping[str, str]] = {
    "relay": _("the relay is out of order; it is called again then"),
    "start": _("it starts by itself at that time"),
}
"""Key `waits_for` of `mailing status --json` -> words, to stand behind a colon."""

"""What was found: a stable code, how bad it is, what is wrong and what to do; never a person's data."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.base.settings import Settings

FINE: Final = "fine"
WARNING: Final = "warning"
FAULT: Final = "fault"
UNKNOWN: Final = "unknown"
"""It could not be looked at, so nothing is proven."""
STATES: Final = (FAULT, WARNING, UNKNOWN, FINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One. `what` and `do` are English msgids with {facts}; `do` is "" where nothing is to be done."""

    code: str
    state: str
    what: str
    do: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def words(self) -> tuple[str, str]:
        """What is wrong and what to do, in the reader's language."""
        return translate(self.what).format(**self.facts), translate(self.do).format(**self.facts) if self.do else ""


@dataclass(frozen=True, slots=True)
class Looking:
    """What the doctor is told: the settings, the time, the proxy's files, and where inbound mail listens on this machine."""

    settings: Settings
    now: datetime
    proxy_files: tuple[Path, ...] = ()
    inbound_port: int = 8025


def of_error(code: str, fault: SiegelpostError, state: str = FAULT) -> Finding:
    """One of our errors as a finding; it says itself what to do."""
    parts = fault.as_dict()
    return Finding(code, state, "{message}", "{hint}", {"message": parts["message"], "hint": parts["hint"]})

"""A slice of ours: whose it is, and how long it takes."""

import time
from dataclasses import dataclass, field
from typing import Final

from siegelpost.delivery.choose import Party
from siegelpost.delivery.outlet import Outlet
from siegelpost.delivery.work import Work

LATE_SECONDS: Final = 2.0
"""A slice is half a second's work; one that takes longer than this makes way for others, who must not wait for a slow relay."""


@dataclass(slots=True)
class Held:
    """One claimed slice while it is being sent."""

    party: Party
    outlet: Outlet
    work: Work
    settled_at: float
    begun_at: float = field(default_factory=time.monotonic)
    done: int = 0
    """Messages that were not given back."""

    def is_late(self, lanes: int) -> bool:
        """Whether it takes too long and has messages that are not on a lane yet."""
        return not self.work.ended and self.work.left > lanes and time.monotonic() - self.begun_at > LATE_SECONDS

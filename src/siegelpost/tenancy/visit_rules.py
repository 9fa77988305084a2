"""When the operator may be in the data of another controller's tenant: for how long, with which reason, and whether a window is open. Pure.

Source: Art. 28(3)(a) and Art. 29 GDPR (a processor acts on the controller's instructions); control 1.3-01.
"""

from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(days=7)
"""For so long a tenant lets the operator in at most: whatever takes longer is asked for again."""
EMERGENCY: Final = timedelta(minutes=60)
"""From the moment on at which a second person agreed."""
WAITS: Final = timedelta(days=1)
"""For so long an emergency may wait for its second person; one that is older is none. Less than the seven days of other approvals."""
REASON: Final = range(10, 301)
"""Characters."""

LEFT: Final = "left"
OVER: Final = "over"
TENANT: Final = "tenant"
BLOCKED: Final = "blocked"
"""How a visit ends: by its person, by the clock, by the tenant, or because its person may not log in any more."""


def tidy_reason(text: str) -> str:
    """A reason as one line; "" where it is too short or too long, or names an address: it goes into a log that forgets nothing."""
    tidy = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return tidy if len(tidy) in REASON and "@" not in tidy else ""


def is_open(since: datetime | None, until: datetime | None, ended: datetime | None, *, now: datetime) -> bool:
    """Whether a window is open now; not before its beginning either: a clock that was set back opens nothing."""
    return since is not None and until is not None and ended is None and since <= now < until


def minutes_left(until: datetime, *, now: datetime) -> int:
    """Whole minutes, the one that has begun counted; 0 when it is over."""
    return max(0, -int((now - until).total_seconds() // 60))


def fits(until: datetime, *, now: datetime) -> bool:
    """Whether a tenant may choose this end."""
    return now < until <= now + LONGEST

"""What follows from results: a state that counts now, and one for all tenants together. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.controls import AMBER, GREEN, NOT_SET_UP, RED

EXPIRED: Final = "expired"
STATES: Final = (RED, EXPIRED, AMBER, NOT_SET_UP, GREEN)
"""The worst first. What nobody knows any more may be red; what was never looked at makes nothing green."""
LOGGED_EVERY: Final = timedelta(days=1)
"""A state that stays is written into the log so often."""


def counts_as(state: str, checked_at: datetime, *, every: timedelta, now: datetime) -> str:
    """The state of a result today: expired once it is older than two of its intervals, or comes from a clock that was ahead by so much."""
    return state if abs(now - checked_at) <= 2 * every else EXPIRED


def worst(states: Iterable[str]) -> str:
    """The worst of some states; not set up where there are none."""
    return min(states, key=STATES.index, default=NOT_SET_UP)


def to_be_logged(before: str, state: str, logged_at: datetime, *, now: datetime) -> bool:
    """Each change at once, the rest once a day."""
    return before != state or now - logged_at >= LOGGED_EVERY

"""Accounts that nobody uses: when their people are told, and when they are blocked. Pure."""

from datetime import datetime, timedelta
from typing import Final

UNUSED: Final = timedelta(days=90)
"""After so long without a login an account is blocked: it would open for whoever finds its password, and nobody would notice."""
AHEAD: Final = timedelta(days=14)
"""So long before its person is told, and never less."""
TELL, BLOCK, NOTHING = "tell", "block", ""


def step(used_at: datetime, told_at: datetime | None, *, now: datetime) -> str:
    """What to do with an account now.

    used_at  last login, or the day on which it was made
    told_at  when its person was told last, None for never; what was told before the last use counts for nothing
    """
    told = told_at if told_at and told_at > used_at else None
    if now - used_at < UNUSED - AHEAD:
        return NOTHING
    if told is None:
        return TELL
    return BLOCK if now - used_at >= UNUSED and now - told >= AHEAD else NOTHING

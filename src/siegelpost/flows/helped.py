"""Whether somebody may hold the key to the account of whoever decides about their request."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from siegelpost.accounts.entry_rules import LINK_OPENS
from siegelpost.evidence.reads import about
from siegelpost.tenancy.handle import Logged

LINK_MADE: Final = "staff.link_made"


def made_link(logs: Iterable[Logged], person_id: int, *, by: str, asked_at: datetime) -> bool:
    """Whether `by` made a one-time link to somebody's account that could still be opened when they asked, or made it afterwards.

    logs  of the tenants in which they could have made one
    """
    found = (one for log in logs for one in about(log, [f"staff:{person_id}"], acts=[LINK_MADE]))
    return any(one.actor == by and one.at > asked_at - LINK_OPENS for one in found)

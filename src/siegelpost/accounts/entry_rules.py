"""What somebody must prove before the pages open: the one place that says it. Pure."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from siegelpost.accounts.rules import ADMIN

OPEN: Final = ""
SET_UP: Final = "set_up"
"""A second factor is required and there is none: it is set up now, or nothing else."""
LOG_IN: Final = "log_in"
"""There is a second factor, and this session never showed it."""

LINK_OPENS: Final = timedelta(days=1)
"""For so long a one-time link opens the account of somebody who was never here."""
RESET_OPENS: Final = timedelta(minutes=15)
"""For so long one opens the account of somebody who was, and forgot the password (ASVS 5.0 6.4.1): it takes over all that they have."""
ALWAYS: Final = frozenset({ADMIN})
"""Roles that need a second factor in every tenant; operators do too. A tenant may add roles, and take none of these away."""
ADMINISTERS: Final = frozenset({"staff.create", "staff.edit", "staff.delete", "roles.create", "roles.edit", "roles.delete"})
"""Whoever may do one of these administers a tenant, however a role of its own making is called."""


def is_required(*, operator: bool, seats: Iterable[tuple[int, str]], rights: Collection[str], added: Collection[tuple[int, str]]) -> bool:
    """Whether somebody needs a second factor: one role that asks for it is enough, for a session opens all of them.

    seats  (number of the tenant, role) of this person
    rights what these roles allow, anywhere
    added  (number of the tenant, role) for which a tenant asks beyond ALWAYS
    """
    return operator or bool(ADMINISTERS & frozenset(rights)) or any(role in ALWAYS or (number, role) in added for number, role in seats)


def next_step(*, proven: bool, has_factor: bool, required: bool) -> str:
    """What is missing before a page opens: OPEN, SET_UP or LOG_IN."""
    if proven:
        return OPEN
    if has_factor:
        return LOG_IN
    return SET_UP if required else OPEN

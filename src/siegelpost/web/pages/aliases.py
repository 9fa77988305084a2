"""Aliases of fields for people who do not want to think of any."""

import re
from collections.abc import Collection

from siegelpost.audience.fields import RESERVED
from siegelpost.consent.forms import slug_of


def alias_of(name: str, used: Collection[str]) -> str:
    """An alias for a new field: "Kunden-Nr." -> "kunden_nr"; with a number where it is taken or means something else."""
    plain = re.sub(r"^[^a-z]+", "", slug_of(name).replace("-", "_"))[:36] or "field"
    taken = RESERVED.union(used)
    return next(alias for alias in (plain, *(f"{plain}_{number}" for number in range(2, 1_000))) if alias not in taken)

"""How a room declares the checks of controls that it can make; `flows.controls` collects and runs them. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from siegelpost.base.settings import Settings

GREEN: Final = "green"
AMBER: Final = "amber"
RED: Final = "red"
NOT_SET_UP: Final = "not_set_up"
"""Nothing is there that could be looked at: never green, and nobody did anything wrong."""
INSTALLATION: Final = "installation"
TENANT: Final = "tenant"
TESTED: Final = "tested"
EVIDENCED: Final = "evidenced"
DECLARED: Final = "declared"
BASES: Final = (DECLARED, EVIDENCED, TESTED)
"""The weakest first: where several checks look at a control, it rests on the weakest of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw.

    state     green, amber or red
    evidence  figures and names behind it: small JSON, never a person's data
    """

    state: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def finding(*, red: object = False, amber: object = False, **evidence: Any) -> Finding:
    """Red where something is wrong, amber where something is missing or nobody knows, green otherwise."""
    return Finding(RED if red else AMBER if amber else GREEN, evidence)


@dataclass(frozen=True, slots=True)
class Around:
    """What each check may look at beside the databases."""

    settings: Settings
    now: datetime


Run = Callable[..., Finding]
"""(Around) for the installation, (TenantDB, Around) for a tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Watches one control.

    control   id in the catalogue, "2.2-01"
    every     between two runs; a result that is twice as old proves nothing
    limit     seconds after which it counts as hung
    scope     installation or tenant: once for all, or once for each
    looks_at  what it looks at, and what it does not, to be translated
    whole     False where it watches only a part of what the control asks for
    basis     tested: it tries the thing itself; evidenced: it reads what was recorded of it; declared: it reads what a person declared
    """

    control: str
    every: timedelta
    limit: float
    scope: str
    looks_at: str
    run: Run
    whole: bool = True
    basis: str = TESTED

    @property
    def key(self) -> tuple[str, str]:
        """A control has at most one check of each scope."""
        return self.control, self.scope


def check(control: str, looks_at: str, *, every: timedelta, limit: float, scope: str, **more: Any) -> Callable[[Run], Check]:
    """Make a function the check of a control; `more` is `whole` and `basis`. Rooms list theirs as CHECKS in their `controls.py`."""
    return lambda run: Check(control=control, looks_at=looks_at, every=every, limit=limit, scope=scope, run=run, **more)

"""What the tests of controls share: checks made now, and small ones that do as they are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.base.controls import INSTALLATION, TENANT, Around, Check, Finding, finding
from siegelpost.base.settings import process_settings
from siegelpost.flows.controls.collected import CHECKS
from siegelpost.tenancy.handle import TenantDB

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WHO = Actor.operator()


def seen(control: str, tenant: TenantDB | None = None, *, now: datetime = NOW, **settings: Any) -> Finding:
    """What the check of a control finds now: of the tenant, or of the installation."""
    scope = TENANT if tenant else INSTALLATION
    (one,) = (one for one in CHECKS if one.key == (control, scope))
    around = Around(replace(process_settings(), **settings), now)
    return one.run(tenant, around) if tenant else one.run(around)


def state(control: str, tenant: TenantDB | None = None, **more: Any) -> str:
    return seen(control, tenant, **more).state


def watching(run: Callable[..., Finding] | None = None, control: str = "3-11", **more: Any) -> Check:
    """A check that finds everything good, or does what it is told."""
    settings: dict[str, Any] = {"every": timedelta(minutes=10), "limit": 20.0, "scope": TENANT, "looks_at": "…", **more}
    return Check(control=control, run=run or (lambda *_: finding(n=1)), **settings)

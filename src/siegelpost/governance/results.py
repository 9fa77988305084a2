"""Keep what checks found, with its entry in the log, and read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from siegelpost.base.actor import Actor
from siegelpost.base.controls import Finding
from siegelpost.evidence.services import append
from siegelpost.governance.installation.models import Result as OfInstallation
from siegelpost.governance.models import LastResult, Result
from siegelpost.governance.rules import to_be_logged
from siegelpost.tenancy.handle import Store, TenantDB
from siegelpost.tenancy.installation import operator_store

CHECKED: Final = "control.checked"


@dataclass(frozen=True, slots=True)
class Kept:
    """A result as it was kept; whether it still counts is for the reader to say."""

    state: str
    evidence: dict[str, Any]
    since: datetime
    checked_at: datetime


def keep(tenant: TenantDB, control: str, found: Finding, *, actor: Actor, now: datetime) -> None:
    """Keep a finding about a tenant. A change of state, and the newest one once a day, is an entry of the tenant's log. Its own
    transaction."""
    with tenant.atomic():
        if (before := _keep(tenant, Result, control, found, now)) is not None:
            append(tenant, CHECKED, subject=f"control:{control}", details=_details(before, found), actor=actor, at=now)


def keep_of_installation(control: str, found: Finding, *, actor: Actor, now: datetime) -> None:
    """The same about the installation, in the operator's log. Its own transaction."""
    store = operator_store()
    with store.atomic():
        if (before := _keep(store, OfInstallation, control, found, now)) is not None:
            append(store, CHECKED, subject=f"control:{control}", details=_details(before, found), actor=actor, at=now)


def results(tenant: TenantDB) -> dict[str, Kept]:
    """All that is kept about a tenant, by control."""
    return _read(tenant, Result)


def results_of_installation() -> dict[str, Kept]:
    """All that is kept about the installation, by control."""
    return _read(operator_store(), OfInstallation)


def _keep(store: Store, model: type[LastResult], control: str, found: Finding, now: datetime) -> str | None:
    """Write the row; returns the state before ("" for none) where this result belongs into the log."""
    row = store.objects(model).select_for_update().filter(pk=control).first()
    before = row.state if row else ""
    log = row is None or to_be_logged(before, found.state, row.logged_at, now=now)
    values = {
        "state": found.state,
        "evidence": dict(found.evidence),
        "since": row.since if row and before == found.state else now,
        "checked_at": now,
        "logged_at": now if log or row is None else row.logged_at,
    }
    store.objects(model).update_or_create(pk=control, defaults=values)
    return before if log else None


def _details(before: str, found: Finding) -> dict[str, Any]:
    return {"state": found.state, "before": before, "evidence": dict(found.evidence)}


def _read(store: Store, model: type[LastResult]) -> dict[str, Kept]:
    rows = store.objects(model).values_list("control", "state", "evidence", "since", "checked_at")
    return {control: Kept(*rest) for control, *rest in rows}

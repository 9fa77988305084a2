"""A file of people becomes subscribers with consent, and an entry in the log says who did it and why it was allowed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.consent.customers import is_about_customers
from siegelpost.evidence.services import append
from siegelpost.flows.import_proof import draw_due
from siegelpost.flows.refused_rows import note_refused
from siegelpost.flows.scanned import ensure_clean_at
from siegelpost.intake import pipeline
from siegelpost.intake.errors import ImportStopped
from siegelpost.intake.orders import ImportOrder, ImportResult
from siegelpost.intake.reads import import_by_id
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.statistics import look_again


def import_subscribers(
    tenant: TenantDB,
    path: Path,
    order: ImportOrder,
    *,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Import the CSV file at `path` as `order` says, and write the act down.

    progress  is told after each batch how many bytes of the file are done

    Raises as `ensure_clean_at`, and the errors of intake.errors; all but ImportStopped (done in part) leave everything as it was.

    Source: Art. 5(2), 6, 7(1) GDPR (ground and source must be provable later).
    """
    ensure_clean_at(tenant, path, actor=actor, now=now)
    try:
        result = pipeline.run(tenant, path, order, folder=home().tenant(tenant.slug), actor=str(actor), now=now, progress=progress)
    except ImportStopped as stopped:
        note_import(tenant, order, stopped, actor, now)
        _note_refused(tenant, order, int(str(stopped.facts["id"])), actor, now)
        raise
    note_import(tenant, order, result, actor, now)
    _note_refused(tenant, order, result.id, actor, now)
    return result


def _note_refused(tenant: TenantDB, order: ImportOrder, import_id: int, actor: Actor, now: datetime) -> None:
    """Where refused rows were written in clear, whoever has the file got data of people."""
    if order.refused_to and import_by_id(tenant, import_id).refused_file:
        note_refused(tenant, import_id, order.refused_to, actor=actor, now=now)


def note_import(tenant: TenantDB, order: ImportOrder, came: ImportResult | ImportStopped, actor: Actor, now: datetime) -> None:
    """Write down what came of an import, whole or stopped half-way, and have the database take note of it."""
    counts: dict[str, Any]
    if isinstance(came, ImportStopped):
        act, counts = "intake.import_stopped", {name: came.facts[name] for name in ("id", "rows", "added")}
    else:
        act, counts = "intake.imported", {"id": came.id, **asdict(came.tally)}
    details = {"list": order.list_id, "mode": order.mode, "ground": order.ground, "source": order.source, **counts}
    if is_about_customers(order.ground):
        details["conditions"] = asdict(order.customers)
    with tenant.atomic():
        append(tenant, act, subject=f"import:{counts['id']}", details=details, actor=actor, at=now)
    look_again(tenant, counts["added"])
    draw_due(tenant, actor=actor, now=now)

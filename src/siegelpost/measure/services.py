"""Keeps the targets of a mailing when it is launched, and how it is measured."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.measure.models import Frozen, Link, Overlap
from siegelpost.measure.modes import OFF
from siegelpost.measure.policy import PIXEL, MeasurePlan
from siegelpost.tenancy.handle import TenantDB

FROZEN: Final = "measure.frozen"


def register_targets(tenant: TenantDB, plan: MeasurePlan, *, actor: Actor, now: datetime) -> int:
    """Store where the links of `plan` lead, so that the edge can answer, and how it is measured; returns how many targets there are.

    Belongs into the transaction that freezes the launch: from then on nobody calls it for this mailing with another
    plan. What an attempt that was refused may have left is replaced. The log says what was frozen: it is the mailing's record.
    """
    rows = [
        Link(mailing_id=plan.mailing_id, variant_id=variant_id, position=position, url=url)
        for variant_id, targets in plan.variants.items()
        for position, url in enumerate(("", *(written for written, _measured in targets.links)), start=PIXEL)
        if url or targets.pixel
    ]
    links = sum(len(targets.links) for targets in plan.variants.values())
    details = {"mode": plan.mode, "links": links, "people": plan.people, "why": dict(plan.why)}
    with tenant.atomic():
        tenant.objects(Link).filter(mailing_id=plan.mailing_id).delete()
        tenant.objects(Link).bulk_create(rows)
        _keep(tenant, plan.mailing_id, plan.mode, people=plan.people, why=dict(plan.why))
        append(tenant, FROZEN, subject=f"mailing:{plan.mailing_id}", details=details, actor=actor, at=now)
    return len(rows)


def take_back_targets(tenant: TenantDB, mailing_id: int, *, actor: Actor, now: datetime) -> None:
    """Measure nothing of a mailing after all: too few people would get measured addresses. Inside the launch's transaction.

    Source: WP 216; a counter of a mailing to one person is that person's.
    """
    row = tenant.objects(Frozen).filter(mailing_id=mailing_id).first()
    why = {**(row.why if row else {}), "too_few": True}
    tenant.objects(Link).filter(mailing_id=mailing_id).delete()
    _keep(tenant, mailing_id, OFF, people=False, why=why)
    append(tenant, "measure.too_few", subject=f"mailing:{mailing_id}", details={"mode": OFF, "why": why}, actor=actor, at=now)


def withhold_together(tenant: TenantDB, mailing_id: int, others: Collection[int], *, actor: Actor, now: datetime) -> None:
    """Keep for good that the figures of these mailings are withheld beside those of this one. Inside the launch's transaction."""
    rows = [Overlap(mailing_id=mailing_id, other_id=other) for other in sorted(others)]
    tenant.objects(Overlap).bulk_create(rows, ignore_conflicts=True)
    if rows:
        details = {"others": sorted(others)}
        append(tenant, "measure.withheld_together", subject=f"mailing:{mailing_id}", details=details, actor=actor, at=now)


def _keep(tenant: TenantDB, mailing_id: int, mode: str, *, people: bool, why: dict[str, Any]) -> None:
    tenant.objects(Frozen).update_or_create(mailing_id=mailing_id, defaults={"mode": mode, "people": people, "why": why})

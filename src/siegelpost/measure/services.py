"""Keeps the targets of a mailing when it is launched."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.measure.models import Link
from siegelpost.measure.policy import PIXEL, MeasurePlan
from siegelpost.tenancy.handle import TenantDB


def register_targets(tenant: TenantDB, plan: MeasurePlan, *, actor: Actor, now: datetime) -> int:
    """Store where the links of `plan` lead, so that the edge can answer; returns how many targets there are.

    Belongs into the transaction that freezes the launch: from then on nobody calls it for this mailing with another
    plan. What an attempt that was refused may have left is replaced.
    """
    rows = [
        Link(mailing_id=plan.mailing_id, variant_id=variant_id, position=position, url=url)
        for variant_id, targets in plan.variants.items()
        for position, url in enumerate(("", *(written for written, _measured in targets.links)), start=PIXEL)
    ]
    details = {"mode": plan.mode, "links": len(rows) - len(plan.variants)}
    with tenant.atomic():
        tenant.objects(Link).filter(mailing_id=plan.mailing_id).delete()
        tenant.objects(Link).bulk_create(rows)
        append(tenant, "measure.frozen", subject=f"mailing:{plan.mailing_id}", details=details, actor=actor, at=now)
    return len(rows)

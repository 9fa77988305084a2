"""Keeps the targets of a mailing when it is launched."""

from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.measure.models import Link
from siegelpost.measure.policy import PIXEL, MeasurePlan
from siegelpost.tenancy.handle import TenantDB


def register_targets(tenant: TenantDB, plan: MeasurePlan, *, actor: Actor, now: datetime) -> int:
    """Store where the links of `plan` lead, so that the edge can answer; returns how many are new.

    Calling it again with the same plan changes nothing: targets are frozen with the launch.
    """
    rows = [
        Link(mailing_id=plan.mailing_id, variant_id=variant_id, position=position, url=url)
        for variant_id, targets in plan.variants.items()
        for position, url in enumerate(("", *(written for written, _measured in targets.links)), start=PIXEL)
    ]
    with tenant.atomic():
        known = set(tenant.objects(Link).filter(mailing_id=plan.mailing_id).values_list("variant_id", "position"))
        new = [row for row in rows if (row.variant_id, row.position) not in known]
        tenant.objects(Link).bulk_create(new)
        if new or not rows:
            details = {"mode": plan.mode, "links": len(rows) - len(plan.variants)}
            append(tenant, "measure.frozen", subject=f"mailing {plan.mailing_id}", details=details, actor=actor, at=now)
    return len(new)

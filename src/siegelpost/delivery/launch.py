"""Freeze the audience of a mailing: one row per person who agreed and is not suppressed, and a reason for each of the others."""

import json
import time
from datetime import datetime
from typing import Final

from django.db.models import F

from siegelpost.delivery import tally
from siegelpost.delivery.mail_hosts import groups_by_hosts
from siegelpost.delivery.models import Launch
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.delivery.statements import change, ids, read
from siegelpost.tenancy.handle import TenantDB

RECENT: Final = "recent_consent"
"""Why somebody is left out of a mailing that asks about old consents."""
RANGE: Final = 5000
"""People per transaction: about 40 ms on SQLite, below the 50 ms that other writers can bear to wait."""
PAUSE: Final = 0.01
"""SQLite's busy handler has no queue: a bulk writer must let others in."""


def freeze_plan(tenant: TenantDB, plan: LaunchPlan, *, now: datetime) -> None:
    """Keep what is frozen, inside the transaction that begins the launch; a launch that goes on keeps its first plan."""
    tenant.objects(Launch).get_or_create(mailing_id=plan.mailing_id, defaults={"plan": {**plan.as_dict()}, "launched_at": now})


def freeze_audience(tenant: TenantDB, mailing_id: int) -> int:
    """Fill the audience in ranges of subscriber ids, each with its counters in one transaction; returns its size.

    Safe to run again after a fault half-way: ranges that are done are known by the launch's own mark.
    """
    with tenant.atomic():
        last = last_subscriber(tenant)
        tenant.objects(Launch).filter(mailing_id=mailing_id, frozen_upto=-1).update(frozen_upto=0, frozen_end=last)
    row = tenant.objects(Launch).get(mailing_id=mailing_id)  # two processes that freeze together must mean the same end
    plan = LaunchPlan.from_dict(row.plan)
    receivers = json.dumps({**groups_by_hosts(plan.hosts), **plan.receivers})
    for after in range(row.frozen_upto, row.frozen_end, RANGE):
        _freeze_range(tenant, plan, receivers, after, min(after + RANGE, row.frozen_end))
        if tenant.vendor == "sqlite":
            time.sleep(PAUSE)
    return tally.counts(tenant, mailing_id)[tally.AUDIENCE]


def unmeasure(tenant: TenantDB, mailing_id: int) -> None:
    """Take pixel and measured links out of a frozen plan, inside the transaction in which the mailing begins to be sent."""
    row = tenant.objects(Launch).select_for_update().get(mailing_id=mailing_id)
    row.plan = LaunchPlan.from_dict(row.plan).unmeasured().as_dict()
    row.save(update_fields=["plan"])


def was_begun(tenant: TenantDB, mailing_id: int) -> bool:
    """Whether anything of this mailing was frozen."""
    return tenant.objects(Launch).filter(mailing_id=mailing_id).exists()


def is_frozen(tenant: TenantDB, mailing_id: int) -> bool:
    """Whether its audience is complete."""
    return tenant.objects(Launch).filter(mailing_id=mailing_id, frozen_upto__gte=0, frozen_upto=F("frozen_end")).exists()


def last_of(tenant: TenantDB, mailing_id: int) -> int:
    """Number of the last subscriber who may be in its audience."""
    return tenant.objects(Launch).values_list("frozen_end", flat=True).get(pk=mailing_id)


def _freeze_range(tenant: TenantDB, plan: LaunchPlan, receivers: str, after: int, upto: int) -> None:
    where = {"lists": ids(tenant, plan.list_ids), "after": after, "upto": upto}
    new = {"mailing": plan.mailing_id, "variant": plan.variants[0].id, "receivers": receivers}
    with tenant.atomic():
        if not tenant.objects(Launch).filter(mailing_id=plan.mailing_id, frozen_upto=after).update(frozen_upto=upto):
            return  # another process launches the same mailing and was first
        due = change(tenant, "freeze", **new, **where)
        excluded = {f"{tally.EXCLUDED}{reason}": n for reason, n in read(tenant, "excluded", mailing=plan.mailing_id, **where)}
        tally.add(tenant, plan.mailing_id, {tally.AUDIENCE: due + sum(excluded.values()), "due": due, **excluded})


def leave_out(tenant: TenantDB, mailing_id: int) -> int:
    """Take out of a frozen audience whom `consent_asked_again` does not name, and count them as left out; returns how many.

    Between the freeze and the first message; in ranges, and safe to run again after a fault half-way.
    """
    out, last = 0, tenant.objects(Launch).get(mailing_id=mailing_id).frozen_end
    for after in range(0, last, RANGE):
        with tenant.atomic():
            gone = change(tenant, "leave_out", mailing=mailing_id, after=after, upto=min(after + RANGE, last))
            tally.add(tenant, mailing_id, {"due": -gone, f"{tally.EXCLUDED}{RECENT}": gone})
        out += gone
        if tenant.vendor == "sqlite":
            time.sleep(PAUSE)
    return out


def last_subscriber(tenant: TenantDB) -> int:
    """The highest number of a person that there is, 0 for none."""
    with tenant.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(subscriber_id), 0) FROM audience_recipient")
        return int(cursor.fetchone()[0])

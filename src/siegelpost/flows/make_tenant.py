"""A new tenant gets its databases, its standard fields and the first entry in its log."""

from contextlib import suppress
from datetime import datetime

from siegelpost.audience.services import ensure_standard_fields
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.inherited import ParentAway, heed_parent
from siegelpost.evidence.services import append
from siegelpost.flows.operator_acts import write_down
from siegelpost.flows.private_defaults import record_settings
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.provision import NewTenant, create_tenant


def make_tenant(new: NewTenant, settings: Settings, *, now: datetime, actor: Actor | None = None) -> TenantDB:
    """Create the tenant and everything it has from the first day; see `create_tenant` for the errors.

    actor  None for the operator
    """
    tenant, who = create_tenant(new, settings, now=now), actor or Actor.operator()
    details = {"own": new.own, "parent": tenant.parent, "test": tenant.test}
    with tenant.atomic():
        append(tenant, "tenancy.created", details=details, actor=who, at=now)
        record_settings(tenant, actor=who, now=now)
    write_down("tenancy.created", subject=f"tenant:{tenant.number}", details=details, now=now, actor=who)
    ensure_standard_fields(tenant, now)
    with suppress(ParentAway):  # the worker takes the list over as soon as it can be read; until then nothing is sent or stored
        heed_parent(tenant)
    return tenant

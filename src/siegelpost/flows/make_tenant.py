"""A new tenant gets its databases, its standard fields and the first entry in its log."""

from datetime import datetime

from siegelpost.audience.services import ensure_standard_fields
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.evidence.services import append
from siegelpost.flows.operator_acts import write_down
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.provision import NewTenant, create_tenant


def make_tenant(new: NewTenant, settings: Settings, *, now: datetime) -> TenantDB:
    """Create the tenant and everything it has from the first day; see `create_tenant` for the errors."""
    tenant = create_tenant(new, settings, now=now)
    with tenant.atomic():
        append(tenant, "tenancy.created", details={"own": new.own}, actor=Actor.operator(), at=now)
    write_down("tenancy.created", subject=f"tenant:{tenant.number}", details={"own": new.own}, now=now)
    ensure_standard_fields(tenant, now)
    return tenant

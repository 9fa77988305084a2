"""What most commands need first: a data folder, the tenant opened, the right to act checked."""

from siegelpost.tenancy.errors import NotOwn
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, read_mark
from siegelpost.tenancy.registry import open_tenant


def ready() -> None:
    """Raise HomeMissing where `init` was not run."""
    read_mark(home())


def tenant_of(slug: str) -> TenantDB:
    """Open a tenant for acts that touch no person's data."""
    ready()
    return open_tenant(slug)


def own_tenant(slug: str) -> TenantDB:
    """Open a tenant for acts on people's data; raises NotOwn where the operator is not itself the controller.

    Source: Art. 28(3) GDPR, a processor acts on documented instructions only.
    """
    tenant = tenant_of(slug)
    if not tenant.own:
        raise NotOwn
    return tenant

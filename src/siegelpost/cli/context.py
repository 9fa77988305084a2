"""What most commands need first: a data folder, the tenant opened, the right to act checked, and a line in the access log."""

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import WORDS
from siegelpost.evidence.access import OK, REFUSED, Access, record
from siegelpost.flows.apart import know_environment
from siegelpost.tenancy.errors import NotOwn
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.home import home, master_key, read_mark
from siegelpost.tenancy.installation import OPERATOR, operator_db
from siegelpost.tenancy.registry import open_tenant

AREA = "commands"


def ready() -> None:
    """Raise HomeMissing where `init` was not run, EnvironmentOther for a home or key of the other environment.

    Enough for processes, which work for nobody in particular.
    """
    read_mark(home())
    master_key()


def installation() -> None:
    """For commands about the installation: a line in the operator's own access log. Raises HomeMissing."""
    ready()
    _write_down(operator_db(), OK)


def tenant_of(slug: str) -> TenantDB:
    """Open a tenant for acts that touch no person's data."""
    ready()
    tenant = open_tenant(slug)
    _write_down(tenant, OK)
    return tenant


def own_tenant(slug: str) -> TenantDB:
    """Open a tenant for acts on people's data; raises NotOwn where the operator is not itself the controller.

    Source: Art. 28(3) GDPR, a processor acts on documented instructions only.
    """
    ready()
    tenant = open_tenant(slug)
    _write_down(tenant, OK if tenant.own else REFUSED)
    if not tenant.own:
        raise NotOwn
    return tenant


def log_of(slug: str) -> Logged:
    """What has the log of a tenant, or (`operator`) of the operator."""
    if slug != OPERATOR:
        return tenant_of(slug)
    installation()
    return operator_db()


def _write_down(tenant: Logged, result: str) -> None:
    """Before anything else happens; where that fails, nothing does. Raises DatabaseError, EnvironmentOther."""
    know_environment(process_settings(), now=clock.now())
    record(tenant, Access(clock.now(), str(Actor.operator()), AREA, WORDS.get() or "run", result))

"""What most commands need first: a data folder, the tenant opened, the right to act checked, and a line in the access log."""

from datetime import datetime

from siegelpost.accounts.command_rules import needs_access
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import WORDS
from siegelpost.evidence.access import OK, REFUSED, Access, record
from siegelpost.flows.apart import know_environment
from siegelpost.tenancy.errors import AccessNotOpen
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.home import home, master_key, read_mark
from siegelpost.tenancy.installation import OPERATOR, operator_db
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.visits import visit_of_command_line

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
    _write_down(operator_db(), OK, WORDS.get(), clock.now())


def tenant_of(slug: str, *, also: str = "") -> TenantDB:
    """Open a tenant for the command that runs. The access log says what became of it.

    also  what the command does with these options beyond its own words, as the catalogue of commands has it ("disclosures --email")

    In the tenant of another controller a command on people's data needs an access that is open at its beginning; what it has begun
    it carries to its end. Raises AccessNotOpen.
    Source: Art. 28(3)(a) GDPR, a processor acts on the controller's documented instructions only.
    """
    ready()
    tenant, words, now = open_tenant(slug), also or WORDS.get(), clock.now()
    allowed = tenant.own or not needs_access(words) or visit_of_command_line(tenant, now=now) is not None
    _write_down(tenant, OK if allowed else REFUSED, words, now)
    if not allowed:
        raise AccessNotOpen
    return tenant


def log_of(slug: str) -> Logged:
    """What has the log of a tenant, or (`operator`) of the operator."""
    if slug != OPERATOR:
        return tenant_of(slug)
    installation()
    return operator_db()


def _write_down(tenant: Logged, result: str, words: str, now: datetime) -> None:
    """Before anything else happens; where that fails, nothing does. Raises DatabaseError, EnvironmentOther."""
    know_environment(process_settings(), now=now)
    record(tenant, Access(now, str(Actor.operator()), AREA, words or "run", result))

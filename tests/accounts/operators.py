"""A tenant of another controller, and people of the operator who want to get in."""

from datetime import timedelta

from siegelpost.accounts.reads import Person, person_with
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.flows.operator_access import agree, ask, enter, let_in
from siegelpost.flows.staff import let_in as give_roles
from siegelpost.flows.staff import let_operate
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import open_tenant
from tests.mailings.making import some_sender

HOST = Actor.operator()
WHY = "The import stops at line 7"
URL = "http://localhost:8000"


def foreign(tenant: TenantDB) -> TenantDB:
    """The same tenant, as that of another controller, with an administrator and a sender."""
    Tenant.objects.filter(pk=tenant.number).update(own=False, data_protection="dpo@customer.example")
    some_sender(tenant)
    give_roles(tenant, "boss@customer.example", ["admin"], language="en", actor=HOST, now=clock.now() - timedelta(days=30))
    return open_tenant(tenant.slug)


def operator(name: str, *, days: int = 30) -> Person:
    """Somebody who has run the installation for so long."""
    let_operate(f"{name}@operator.example", language="en", now=clock.now() - timedelta(days=days))
    found = person_with(f"{name}@operator.example")
    assert found is not None and found.operator
    return found


def approval(tenant: TenantDB, boss: Person, *, hours: float = 4) -> int:
    """The tenant lets the operator in."""
    now = clock.now()
    return let_in(tenant, WHY, now + timedelta(hours=hours), by=boss, now=now)


def emergency(tenant: TenantDB, asker: Person, second: Person) -> int:
    """Two people of the operator let one of them in."""
    now = clock.now()
    number = ask(tenant, WHY, by=asker, now=now)
    agree(tenant, number, by=second, proved_at=now, staff_url=URL, now=now)
    return number


def inside(tenant: TenantDB, person: Person, number: int) -> None:
    """Somebody of the operator is in the tenant's pages."""
    enter(tenant, number, WHY, by=person, now=clock.now())

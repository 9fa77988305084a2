"""Let somebody into a tenant, change or take the role: the seat in the control database, the act in the tenant's log."""

from datetime import datetime

from siegelpost.accounts import services
from siegelpost.accounts.errors import HereAlready, LinkNotYours, PersonUnknown, WorksElsewhere
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.reads import Person, person_here, person_with, works_elsewhere
from siegelpost.accounts.rules import OPERATOR
from siegelpost.accounts.services import give_role, make_operator, person_for, take_role
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.operator_acts import write_down
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store


def let_in(tenant: TenantDB, email: str, role: str, *, name: str = "", language: str = "", actor: Actor, now: datetime) -> Person:
    """Give the person with this address (checked by the caller) a role; made if new. Raises RoleUnknown, LastAdmin."""
    person = person_for(email, name=name, language=language or tenant.language, now=now)
    give_role(person, tenant.number, role, now=now)
    with tenant.atomic():
        append(tenant, "staff.role_given", subject=f"staff:{person.pk}", details={"role": role}, actor=actor, at=now)
    return person


def let_operate(email: str, *, language: str, now: datetime) -> Person:
    """Let the person with this address (checked by the caller) run the installation; made if new."""
    with operator_store().atomic():
        person = person_for(email, language=language, now=now)
        make_operator(person)
        write_down("staff.operator_made", subject=f"staff:{person.pk}", now=now)
    return person


def set_active(email: str, *, active: bool, now: datetime) -> Person:
    """Shut somebody out of everything, or let them in again; see `accounts.services.set_active`."""
    with operator_store().atomic():
        person = services.set_active(email, active=active, now=now)
        write_down("staff.let_in_again" if active else "staff.shut_out", subject=f"staff:{person.pk}", now=now)
    return person


def invite(tenant: TenantDB, email: str, role: str, *, name: str, staff_url: str, actor: Actor, now: datetime) -> str:
    """Let somebody into a tenant and return a link that logs them in once. Raises HereAlready, WorksElsewhere, RoleUnknown."""
    known = person_with(email)
    if known is not None and person_here(tenant, known.pk):
        raise HereAlready
    if known is not None and works_elsewhere(known.pk, tenant):
        raise WorksElsewhere
    person = let_in(tenant, email, role, name=name, actor=actor, now=now)
    return new_link(tenant, person.pk, staff_url=staff_url, actor=actor, now=now)


def change_role(tenant: TenantDB, person_id: int, role: str, *, actor: Actor, now: datetime) -> Person:
    """Give somebody who is here another role. Raises PersonUnknown (not here, or an operator), RoleUnknown, LastAdmin."""
    return let_in(tenant, _colleague(tenant, person_id), role, actor=actor, now=now)


def take_out(tenant: TenantDB, person_id: int, *, keep: str = "", actor: Actor, now: datetime) -> None:
    """Take somebody out of a tenant who is here, and end their sessions. Raises PersonUnknown (not here, or an operator), LastAdmin.

    keep  key of the session that stays, where people take out themselves
    """
    _colleague(tenant, person_id)
    take_role(person_id, tenant.number, keep=keep)
    with tenant.atomic():
        append(tenant, "staff.role_taken", subject=f"staff:{person_id}", actor=actor, at=now)


def new_link(tenant: TenantDB, person_id: int, *, staff_url: str, actor: Actor, now: datetime) -> str:
    """A link that logs somebody in once, written down. Raises PersonUnknown (not here, or an operator), LinkNotYours."""
    person = person_with(_colleague(tenant, person_id))
    if person is None or works_elsewhere(person_id, tenant):
        raise LinkNotYours
    with tenant.atomic():
        append(tenant, "staff.link_made", subject=f"staff:{person_id}", actor=actor, at=now)
    return one_time_link(person, staff_url)


def _colleague(tenant: TenantDB, person_id: int) -> str:
    """The address of somebody whose role in this tenant may be changed."""
    found = person_here(tenant, person_id)
    if found is None or found.role == OPERATOR:
        raise PersonUnknown
    return found.email

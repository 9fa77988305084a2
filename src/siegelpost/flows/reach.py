"""On whom somebody may act in a tenant. Without the login: the worker and most commands do not know it."""

from siegelpost.accounts.errors import NotYoursToGive, PersonUnknown
from siegelpost.accounts.granting import may_act_on
from siegelpost.accounts.reads import Colleague, person_here, powers_here
from siegelpost.base.actor import Actor
from siegelpost.flows.acting import powers_of_actor
from siegelpost.tenancy.handle import TenantDB


def within_reach(tenant: TenantDB, person_id: int, actor: Actor) -> Colleague:
    """Somebody who may do nothing here that whoever acts may not. Raises PersonUnknown (not here, or an operator), NotYoursToGive."""
    found = colleague_here(tenant, person_id)
    if not may_act_on(powers_of_actor(tenant, actor), powers_here(tenant, found.roles)):
        raise NotYoursToGive
    return found


def colleague_here(tenant: TenantDB, person_id: int) -> Colleague:
    """Somebody whose roles in this tenant may be changed. Raises PersonUnknown (not here, or an operator)."""
    found = person_here(tenant, person_id)
    if found is None or found.operates:
        raise PersonUnknown
    return found

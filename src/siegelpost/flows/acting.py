"""What whoever acts may do in a tenant, for rules that ask whether somebody may give what they give."""

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.limits import Powers, unlimited
from siegelpost.accounts.reads import person_by_id, powers_in
from siegelpost.base.actor import Actor
from siegelpost.tenancy.handle import TenantDB


def powers_of_actor(tenant: TenantDB, actor: Actor) -> Powers:
    """Everything for the command line on the host, what their roles allow for staff, nothing for everybody else and for the blocked."""
    if actor.kind == "operator":
        return unlimited(RIGHTS)
    if actor.kind != "staff":
        return Powers()
    person = person_by_id(int(actor.name))
    return powers_in(person, tenant) if person is not None and person.is_active else Powers()


def rights_of_actor(tenant: TenantDB, actor: Actor) -> frozenset[str]:
    """The rights alone, however far they reach."""
    return powers_of_actor(tenant, actor).rights

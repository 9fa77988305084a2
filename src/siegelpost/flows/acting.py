"""What whoever acts may do in a tenant, for rules that ask whether somebody may give what they give."""

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.reads import person_by_id, rights_in
from siegelpost.base.actor import Actor
from siegelpost.tenancy.handle import TenantDB


def rights_of_actor(tenant: TenantDB, actor: Actor) -> frozenset[str]:
    """All rights for the command line on the host, those of their roles for staff, none for everybody else and for whoever is blocked."""
    if actor.kind == "operator":
        return frozenset(RIGHTS)
    if actor.kind != "staff":
        return frozenset()
    person = person_by_id(int(actor.name))
    return rights_in(person, tenant) if person is not None and person.is_active else frozenset()

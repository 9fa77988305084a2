"""Giving rights, with a second person where the tenant's rule asks for one."""

from collections.abc import Iterable
from datetime import datetime

from siegelpost.accounts.approvals.acts import GRANT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.limits import Powers
from siegelpost.accounts.reads import seats_in
from siegelpost.accounts.roles import MadeRole
from siegelpost.base.actor import Actor
from siegelpost.flows.approving import cover, deciders, rule_in_force
from siegelpost.tenancy.handle import TenantDB

SECOND = 2


def approve_grant(
    tenant: TenantDB, email: str, roles: Iterable[str], *, before: Powers, after: Powers, actor: Actor, now: datetime
) -> int | None:
    """Stand before a change of somebody's roles that gives them a right, or lets one reach further; returns the number of the approval
    that it used up.

    The rights are part of what is approved: a role that was changed since means something else. Raises as `cover`.
    """
    if before.cover(after) or not _is_possible(tenant, actor):
        return None
    what = {"email": email.strip().lower(), "roles": sorted(roles), "rights": sorted(after.rights), **_reach(after)}
    used = cover(tenant, Wish(act=GRANT, matter="roles", what=what), actor=actor, now=now)
    return used.id if used else None


def approve_role(tenant: TenantDB, role: MadeRole, name: str, *, after: Powers, actor: Actor, now: datetime) -> int | None:
    """The same for a role that people have and that gets a right.

    Who has it is part of what is approved: none of them agrees, and whoever got it afterwards was not looked at.
    """
    people = sorted(person for person, codes in seats_in(tenant).items() if role.code in codes)
    if role.powers.cover(after) or not people or not _is_possible(tenant, actor):
        return None
    what = {"role": role.number, "name": name, "rights": sorted(after.rights), "people": people, **_reach(after)}
    used = cover(tenant, Wish(act=GRANT, matter=f"role:{role.number}", what=what), actor=actor, now=now)
    return used.id if used else None


def _reach(after: Powers) -> dict[str, object]:
    """How far the rights reach, where that is not everywhere: it is part of what is approved."""
    limits = {right: reach.as_dict() for right, reach in sorted(after.reach.items()) if not reach.none}
    return {"limits": limits} if limits else {}


def _is_possible(tenant: TenantDB, actor: Actor) -> bool:
    """Where fewer than two people are left who could decide, the host's command line lets somebody in: nobody else could."""
    return actor.kind != "operator" or len(deciders(tenant, rule_in_force(tenant, GRANT), but=0)) >= SECOND

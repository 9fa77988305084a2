"""Roles that a tenant makes for itself: the role in the control database, the act in the tenant's log, with its rights and limits."""

from collections.abc import Collection, Iterator
from datetime import datetime

from siegelpost.accounts import roles
from siegelpost.accounts.catalogue import whole
from siegelpost.accounts.errors import NotYoursToGive
from siegelpost.accounts.granting import may_turn
from siegelpost.accounts.limits import UNLIMITED, Limits, Powers, joined, powers
from siegelpost.accounts.reads import powers_here, seats_in
from siegelpost.accounts.roles import MadeRole, made_role
from siegelpost.accounts.services import deciding
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.acting import powers_of_actor
from siegelpost.flows.approved_grants import approve_role
from siegelpost.tenancy.handle import TenantDB

WRITTEN = "role.written"
DELETED = "role.deleted"


def make_role(tenant: TenantDB, name: str, rights: Collection[str], *, limits: Limits = UNLIMITED, actor: Actor, now: datetime) -> MadeRole:
    """Make a role with rights that whoever makes it has, as far as theirs. Raises NotYoursToGive, and as `accounts.roles.write_role`."""
    with tenant.atomic(), deciding(tenant.number):
        _allow(tenant, actor, Powers(), powers([(whole(rights), limits)]))
        made = roles.write_role(tenant, name, rights, limits=limits, now=now)
        _write_down(tenant, made, actor, now)
    return made


def change_role(
    tenant: TenantDB, number: int, name: str, rights: Collection[str], *, limits: Limits = UNLIMITED, actor: Actor, now: datetime
) -> MadeRole:
    """Rename a role, give it rights or take them, let them reach further or less far; only what whoever changes it has.

    Raises RoleUnknown, NotYoursToGive, as `accounts.roles.write_role`, and ApprovalNeeded where somebody has it, it gets a right and
    a rule asks for a second person.
    """
    with tenant.atomic(), deciding(tenant.number):
        before = made_role(tenant, number)
        after = powers([(whole(rights), limits)])
        for turn in [(before.powers, after), *_of_holders(tenant, before, after)]:
            _allow(tenant, actor, *turn)
        approval = approve_role(tenant, before, name.strip(), after=after, actor=actor, now=now)
        made = roles.write_role(tenant, name, rights, limits=limits, number=number, now=now)
        _write_down(tenant, made, actor, now, approval)
    return made


def delete_role(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> str:
    """Delete a role that nobody has; returns its name. Raises RoleUnknown, RoleInUse, NotYoursToGive."""
    with tenant.atomic(), deciding(tenant.number):
        gone = made_role(tenant, number)
        _allow(tenant, actor, gone.powers, Powers())
        append(tenant, DELETED, subject=f"role:{gone.number}", actor=actor, at=now)
        roles.delete_role(tenant, number)
    return gone.name


def _of_holders(tenant: TenantDB, role: MadeRole, after: Powers) -> Iterator[tuple[Powers, Powers]]:
    """What whoever has the role may do before and after, by all of their roles: a field that another role still shows was hidden by this
    one alone, perhaps."""
    for codes in seats_in(tenant).values():
        if role.code in codes:
            others = powers_here(tenant, [code for code in codes if code != role.code])
            yield joined([others, role.powers]), joined([others, after])


def _allow(tenant: TenantDB, actor: Actor, before: Powers, after: Powers) -> None:
    if not may_turn(powers_of_actor(tenant, actor), before, after):
        raise NotYoursToGive


def _write_down(tenant: TenantDB, made: MadeRole, actor: Actor, now: datetime, approval: int | None = None) -> None:
    details: dict[str, object] = {"name": made.name, "rights": sorted(made.rights)}
    details |= {"limits": made.limits.as_dict()} if not made.limits.none else {}
    details |= {"approval": approval} if approval else {}
    append(tenant, WRITTEN, subject=f"role:{made.number}", details=details, actor=actor, at=now)

"""Roles that a tenant makes for itself: the role in the control database, the act in the tenant's log, with its rights."""

from collections.abc import Collection
from datetime import datetime

from siegelpost.accounts import roles
from siegelpost.accounts.catalogue import whole
from siegelpost.accounts.errors import NotYoursToGive
from siegelpost.accounts.granting import may_turn
from siegelpost.accounts.roles import MadeRole, made_role
from siegelpost.accounts.services import deciding
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.acting import rights_of_actor
from siegelpost.flows.approved_grants import approve_role
from siegelpost.tenancy.handle import TenantDB

WRITTEN = "role.written"
DELETED = "role.deleted"


def make_role(tenant: TenantDB, name: str, rights: Collection[str], *, actor: Actor, now: datetime) -> MadeRole:
    """Make a role with rights that whoever makes it has. Raises NotYoursToGive, and as `accounts.roles.write_role`."""
    with tenant.atomic(), deciding(tenant.number):
        _allow(tenant, actor, frozenset(), whole(rights))
        made = roles.write_role(tenant, name, rights, now=now)
        _write_down(tenant, made, actor, now)
    return made


def change_role(tenant: TenantDB, number: int, name: str, rights: Collection[str], *, actor: Actor, now: datetime) -> MadeRole:
    """Rename a role, give it rights or take them; only those that whoever changes it has.

    Raises RoleUnknown, NotYoursToGive, as `accounts.roles.write_role`, and ApprovalNeeded where somebody has it, it gets a right and
    a rule asks for a second person.
    """
    with tenant.atomic(), deciding(tenant.number):
        before = made_role(tenant, number)
        _allow(tenant, actor, before.rights, whole(rights))
        approval = approve_role(tenant, before, name.strip(), after=whole(rights), actor=actor, now=now)
        made = roles.write_role(tenant, name, rights, number=number, now=now)
        _write_down(tenant, made, actor, now, approval)
    return made


def delete_role(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> str:
    """Delete a role that nobody has; returns its name. Raises RoleUnknown, RoleInUse, NotYoursToGive."""
    with tenant.atomic(), deciding(tenant.number):
        gone = made_role(tenant, number)
        _allow(tenant, actor, gone.rights, frozenset())
        append(tenant, DELETED, subject=f"role:{gone.number}", actor=actor, at=now)
        roles.delete_role(tenant, number)
    return gone.name


def _allow(tenant: TenantDB, actor: Actor, before: frozenset[str], after: frozenset[str]) -> None:
    if not may_turn(rights_of_actor(tenant, actor), before, after):
        raise NotYoursToGive


def _write_down(tenant: TenantDB, made: MadeRole, actor: Actor, now: datetime, approval: int | None = None) -> None:
    details = {"name": made.name, "rights": sorted(made.rights)} | ({"approval": approval} if approval else {})
    append(tenant, WRITTEN, subject=f"role:{made.number}", details=details, actor=actor, at=now)

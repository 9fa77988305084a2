"""Roles that tenants make for themselves: a name, rights of the catalogue, and how far these reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.accounts.catalogue import RIGHTS, whole
from siegelpost.accounts.errors import RoleInUse, RoleNameTaken, RoleNameUnusable, RoleUnknown, RoleWithoutLists, RoleWithoutRights
from siegelpost.accounts.limits import UNLIMITED, Limits, Powers, from_dict, powers
from siegelpost.accounts.models import Role, Seat
from siegelpost.accounts.rules import BUILT_IN, GIVEN
from siegelpost.accounts.store import CONTROL
from siegelpost.tenancy.handle import TenantDB

PREFIX: Final = "role-"
"""What the word of a role that a tenant made begins with; its number follows."""
NAME_LIMIT: Final = 60


@dataclass(frozen=True, slots=True)
class MadeRole:
    """A role that a tenant made; `code` is the word by which seats and the log know it."""

    code: str
    name: str
    rights: frozenset[str]
    limits: Limits = UNLIMITED

    @property
    def powers(self) -> Powers:
        """What it allows, and how far."""
        return powers([(self.rights, self.limits)])

    @property
    def number(self) -> int:
        """For addresses of pages."""
        return int(self.code.removeprefix(PREFIX))


def made_roles(tenant: TenantDB) -> dict[str, MadeRole]:
    """Code -> role, by name."""
    return _of(tenant.number)


def made_role(tenant: TenantDB, number: int) -> MadeRole:
    """One of them. Raises RoleUnknown, also for a role of another tenant."""
    found = _of(tenant.number).get(f"{PREFIX}{number}")
    if found is None:
        raise RoleUnknown(roles=_names(tenant.number))
    return found


def powers_by_code(tenant_number: int, codes: Collection[str]) -> Powers:
    """What these roles allow together, and how far; words that are no roles of this tenant allow nothing."""
    made = _of(tenant_number) if any(code not in BUILT_IN for code in codes) else {}
    found = (made.get(code) or MadeRole(code, code, BUILT_IN.get(code, frozenset())) for code in codes)
    return powers((role.rights, role.limits) for role in found)


def rights_by_code(tenant_number: int, codes: Collection[str]) -> frozenset[str]:
    """What these roles allow together, however far it reaches."""
    return powers_by_code(tenant_number, codes).rights


def checked(tenant_number: int, codes: Collection[str]) -> frozenset[str]:
    """These codes, locked until the transaction ends where a tenant made them. Raises RoleUnknown for none and for unknown ones."""
    list(Role.objects.select_for_update().filter(tenant_number=tenant_number))  # whoever deletes a role waits
    if not codes or not set(codes) <= {*GIVEN, *_of(tenant_number)}:
        raise RoleUnknown(roles=_names(tenant_number))
    return frozenset(codes)


def write_role(
    tenant: TenantDB, name: str, rights: Collection[str], *, limits: Limits = UNLIMITED, number: int = 0, now: datetime
) -> MadeRole:
    """Make a role, or change the one with this number; whoever has it may do so from the next page on.

    name    1 to 60 characters of one line, once in a tenant
    rights  words of the catalogue; with each of them comes the right to see its area
    limits  how far these rights reach

    Raises RoleNameUnusable, RoleNameTaken, RoleWithoutRights, RoleWithoutLists, RoleUnknown.
    """
    tidy, wanted = " ".join(name.split()), whole(rights)
    if not 0 < len(tidy) <= NAME_LIMIT or not tidy.isprintable():
        raise RoleNameUnusable(limit=NAME_LIMIT)
    if not wanted:
        raise RoleWithoutRights
    if not (limits.everywhere or limits.lists or limits.folders):
        raise RoleWithoutLists
    with CONTROL.atomic():
        rows = Role.objects.select_for_update().filter(tenant_number=tenant.number)
        if any(row.name.casefold() == tidy.casefold() and row.pk != number for row in rows):
            raise RoleNameTaken
        row = next((row for row in rows if row.pk == number), None) if number else Role(tenant_number=tenant.number, created_at=now)
        if row is None:
            raise RoleUnknown(roles=_names(tenant.number))
        row.name, row.rights = tidy, " ".join(right for right in RIGHTS if right in wanted)
        row.limits = limits.as_dict()
        row.save()
    return _made(row)


def delete_role(tenant: TenantDB, number: int) -> None:
    """Delete a role that nobody has. Raises RoleInUse, RoleUnknown."""
    with CONTROL.atomic():
        rows = Role.objects.select_for_update().filter(tenant_number=tenant.number, pk=number)
        if not list(rows):
            raise RoleUnknown(roles=_names(tenant.number))
        if Seat.objects.filter(tenant_number=tenant.number, role=f"{PREFIX}{number}").exists():
            raise RoleInUse
        rows.delete()


def codes_of(tenant: TenantDB, words: Collection[str]) -> list[str]:
    """Roles as somebody types them, by word or by the name that the tenant gave; what is neither stays and is refused later."""
    by_name = {one.name.casefold(): code for code, one in _of(tenant.number).items()}
    return [word if word in BUILT_IN else by_name.get(word.casefold(), word) for word in words]


def _of(tenant_number: int) -> dict[str, MadeRole]:
    rows = sorted(Role.objects.filter(tenant_number=tenant_number), key=lambda row: row.name.casefold())
    return {one.code: one for one in map(_made, rows)}


def _made(row: Role) -> MadeRole:
    return MadeRole(f"{PREFIX}{row.pk}", row.name, whole(row.rights.split()), from_dict(row.limits))


def _names(tenant_number: int) -> str:
    return ", ".join([*GIVEN, *_of(tenant_number)])

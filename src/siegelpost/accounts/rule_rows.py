"""What each tenant asks of its staff at the door, beyond what always holds."""

from datetime import datetime, timedelta

from siegelpost.accounts.entry_rules import ALWAYS, is_required
from siegelpost.accounts.errors import RoleUnknown
from siegelpost.accounts.models import EntryRule, Person, Seat
from siegelpost.accounts.roles import made_roles, rights_by_code
from siegelpost.accounts.rules import GIVEN
from siegelpost.accounts.stay_rules import IDLE
from siegelpost.tenancy.handle import TenantDB


def requires(person: Person) -> bool:
    """Whether this person needs a second factor."""
    seats = list(Seat.objects.filter(person_id=person.pk).values_list("tenant_number", "role"))
    rights = {right for number, role in seats for right in rights_by_code(number, (role,))}
    return is_required(operator=person.operator, seats=seats, rights=rights, added=_added([number for number, _role in seats]))


def added_roles(tenant_number: int) -> tuple[str, ...]:
    """Roles for which a tenant asks for a second factor beyond those for which it is always asked."""
    return tuple(role for _number, role in sorted(_added([tenant_number])))


def idle_minutes(tenant_number: int) -> int | None:
    """After how many idle minutes this tenant wants sessions locked, None for what always holds."""
    return EntryRule.objects.filter(tenant_number=tenant_number).values_list("idle_minutes", flat=True).first()


def set_rules(tenant: TenantDB, roles: tuple[str, ...], *, idle: int | None = None, now: datetime) -> None:
    """Ask it of these roles from now on, and lock sessions after `idle` minutes, if that is sooner. Raises RoleUnknown."""
    known = {*GIVEN, *made_roles(tenant)}
    if not set(roles) <= known:
        raise RoleUnknown(roles=", ".join(sorted(known)))
    shorter = idle if idle and timedelta(minutes=idle) < IDLE else None
    rules = {"second_factor": sorted(set(roles) - ALWAYS), "idle_minutes": shorter, "changed_at": now}
    EntryRule.objects.update_or_create(tenant_number=tenant.number, defaults=rules)


def _added(numbers: list[int]) -> set[tuple[int, str]]:
    rows = EntryRule.objects.filter(tenant_number__in=numbers).values_list("tenant_number", "second_factor")
    return {(number, role) for number, roles in rows for role in roles}

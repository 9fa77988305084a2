"""Who there is, and in which role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from siegelpost.accounts.models import Person, Seat
from siegelpost.accounts.rules import OPERATOR
from siegelpost.tenancy.handle import TenantDB

__all__ = [
    "Colleague",
    "Person",
    "colleagues",
    "everybody",
    "names_of",
    "person_here",
    "person_with",
    "role_in",
    "tenant_numbers",
    "works_elsewhere",
]
"""Person is handed on: Django's sessions know nothing else."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff as others see them; `role` in the tenant that was asked about."""

    id: int
    email: str
    name: str
    role: str
    active: bool
    last_login: datetime | None


def role_in(person: Person, tenant: TenantDB) -> str:
    """The person's role in a tenant, "" for none. Operators enter the operator's own tenants only (Art. 28 GDPR)."""
    seat = Seat.objects.filter(person_id=person.pk, tenant_number=tenant.number).values_list("role", flat=True).first()
    if person.operator and tenant.own:
        return OPERATOR
    return seat or ""


def tenant_numbers(person: Person) -> set[int]:
    """Numbers of the tenants in which somebody has a role; those of operators are not among them."""
    return set(Seat.objects.filter(person_id=person.pk).values_list("tenant_number", flat=True))


def colleagues(tenant: TenantDB) -> list[Colleague]:
    """Everybody with a role in this tenant, operators included where it is their own."""
    seats = Seat.objects.filter(tenant_number=tenant.number).select_related("person")
    found = {seat.person_id: _colleague(seat.person, seat.role) for seat in seats}
    if tenant.own:
        found |= {person.pk: _colleague(person, OPERATOR) for person in Person.objects.filter(operator=True)}
    return sorted(found.values(), key=lambda one: one.email)


def everybody() -> list[tuple[Person, list[Seat]]]:
    """All people with their seats, by address."""
    return [(person, list(person.seats.all())) for person in Person.objects.order_by("email").prefetch_related("seats")]


def person_with(email: str) -> Person | None:
    """The person with this address, None where there is none."""
    return Person.objects.filter(email=email.strip().lower()).first()


def _colleague(person: Person, role: str) -> Colleague:
    return Colleague(person.pk, person.email, person.name, role, person.is_active, person.last_login)


def person_here(tenant: TenantDB, person_id: int) -> Colleague | None:
    """Somebody with a role in this tenant, None for everybody else."""
    return next((one for one in colleagues(tenant) if one.id == person_id), None)


def works_elsewhere(person_id: int, tenant: TenantDB) -> bool:
    """Whether somebody can do more than what their role in this tenant allows: operators, and people with other roles."""
    elsewhere = Seat.objects.filter(person_id=person_id).exclude(tenant_number=tenant.number).exists()
    return elsewhere or Person.objects.filter(pk=person_id, operator=True).exists()


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Id -> name (or address) of people of the staff; those who are gone are left out."""
    rows = Person.objects.filter(pk__in=set(ids)).values_list("pk", "name", "email")
    return {pk: name or email for pk, name, email in rows}

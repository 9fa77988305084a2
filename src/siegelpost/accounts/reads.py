"""Who there is, in which roles, and what these allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from siegelpost.accounts.history import OPERATOR_MADE
from siegelpost.accounts.limits import Powers, unlimited
from siegelpost.accounts.models import Person, Seat
from siegelpost.accounts.roles import powers_by_code
from siegelpost.accounts.rules import ADMIN, OPERATOR, ROLES, after_the_end, rights_of
from siegelpost.evidence.reads import about
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db

__all__ = [
    "Colleague",
    "Person",
    "Seat",
    "colleagues",
    "everybody",
    "here_since",
    "highest_number",
    "is_administered",
    "names_of",
    "operators",
    "ordered",
    "people",
    "person_by_id",
    "person_here",
    "person_with",
    "powers_here",
    "powers_in",
    "rights_here",
    "rights_in",
    "roles_in",
    "runs_it_since",
    "seats_in",
    "tenant_numbers",
    "works_elsewhere",
]
"""Person and Seat are handed on: Django's sessions know nothing else, and whoever lists everybody names the seats."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff as others see them; `roles` in the tenant that was asked about."""

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    active: bool
    last_login: datetime | None

    @property
    def operates(self) -> bool:
        """Whether their rights here come from running the installation."""
        return OPERATOR in self.roles


def roles_in(person: Person, tenant: TenantDB) -> tuple[str, ...]:
    """The person's roles in a tenant, none for strangers.

    Operators have one in the operator's own tenants only, whatever seat they were given: the data of other controllers they enter
    by a visit, which ends (Art. 28(3)(a) GDPR); see `flows.operator_access`.
    """
    if person.operator:
        return (OPERATOR,) if tenant.own else ()
    return ordered(Seat.objects.filter(person_id=person.pk, tenant_number=tenant.number).values_list("role", flat=True))


def powers_here(tenant: TenantDB, roles: Iterable[str]) -> Powers:
    """What these roles allow in a tenant, together, and how far; after its end that is little."""
    codes = tuple(roles)
    found = unlimited(rights_of(OPERATOR)) if OPERATOR in codes else powers_by_code(tenant.number, codes)
    return found.only(after_the_end(codes, found.rights)) if tenant.ended else found


def powers_in(person: Person, tenant: TenantDB) -> Powers:
    """What somebody may do in a tenant, and how far."""
    return powers_here(tenant, roles_in(person, tenant))


def rights_here(tenant: TenantDB, roles: Iterable[str]) -> frozenset[str]:
    """What these roles allow in a tenant, together."""
    return powers_here(tenant, roles).rights


def rights_in(person: Person, tenant: TenantDB) -> frozenset[str]:
    """What somebody may do in a tenant."""
    return rights_here(tenant, roles_in(person, tenant))


def here_since(person: Person, tenant: TenantDB) -> datetime:
    """Since when somebody has had a role in a tenant without a break; operators and strangers since they are known at all."""
    first = Seat.objects.filter(person_id=person.pk, tenant_number=tenant.number).order_by("created_at").first()
    return first.created_at if first and not (person.operator and tenant.own) else person.created_at


def tenant_numbers(person: Person) -> set[int]:
    """Numbers of the tenants in which somebody has a role; those of operators are not among them."""
    return set(Seat.objects.filter(person_id=person.pk).values_list("tenant_number", flat=True))


def colleagues(tenant: TenantDB) -> list[Colleague]:
    """Everybody with a role in this tenant, operators included where it is their own."""
    seats: dict[int, list[str]] = {}
    people: dict[int, Person] = {}
    for seat in Seat.objects.filter(tenant_number=tenant.number).select_related("person"):
        seats.setdefault(seat.person_id, []).append(seat.role)
        people[seat.person_id] = seat.person
    if tenant.own:
        people |= {person.pk: person for person in operators()}
        seats |= {person.pk: [OPERATOR] for person in people.values() if person.operator}
    return sorted((_colleague(people[number], roles) for number, roles in seats.items()), key=lambda one: one.email)


def is_administered(tenant: TenantDB) -> bool:
    """Whether somebody administers this tenant who may log in and has done so: that one lets people in."""
    return any(ADMIN in one.roles and one.active and one.last_login and not one.operates for one in colleagues(tenant))


def operators() -> list[Person]:
    """Everybody who runs the installation, blocked ones too."""
    return list(Person.objects.filter(operator=True).order_by("email"))


def runs_it_since(person: Person) -> datetime | None:
    """Since when somebody runs the installation, by the operator's log; None for who does not, or of whom it says nothing."""
    told = about(operator_db(), (f"staff:{person.pk}",), acts=(OPERATOR_MADE,), limit=1)
    return told[0].at if person.operator and told else None


def everybody() -> list[tuple[Person, list[Seat]]]:
    """All people with their seats, by address."""
    return [(person, list(person.seats.all())) for person in Person.objects.order_by("email").prefetch_related("seats")]


def person_with(email: str) -> Person | None:
    """The person with this address, None where there is none."""
    return Person.objects.filter(email=email.strip().lower()).first()


def person_by_id(number: int) -> Person | None:
    """The person with this number, None where there is none."""
    return Person.objects.filter(pk=number).first()


def _colleague(person: Person, roles: Iterable[str]) -> Colleague:
    return Colleague(person.pk, person.email, person.name, ordered(roles), person.is_active, person.last_login)


def ordered(roles: Iterable[str]) -> tuple[str, ...]:
    """Those that exist everywhere first, in their order."""
    return tuple(sorted(roles, key=lambda role: (ROLES.index(role) if role in ROLES else len(ROLES), role)))


def person_here(tenant: TenantDB, person_id: int) -> Colleague | None:
    """Somebody with a role in this tenant, None for everybody else."""
    return next((one for one in colleagues(tenant) if one.id == person_id), None)


def works_elsewhere(person_id: int, tenant: TenantDB) -> bool:
    """Whether somebody can do more than what their role in this tenant allows: operators, and people with other roles."""
    elsewhere = Seat.objects.filter(person_id=person_id).exclude(tenant_number=tenant.number).exists()
    return elsewhere or Person.objects.filter(pk=person_id, operator=True).exists()


def seats_in(tenant: TenantDB) -> dict[int, tuple[str, ...]]:
    """Person -> roles in this tenant, as they stand in the control database."""
    found: dict[int, list[str]] = {}
    for person, role in Seat.objects.filter(tenant_number=tenant.number).values_list("person_id", "role"):
        found.setdefault(person, []).append(role)
    return {person: ordered(roles) for person, roles in found.items()}


def people(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Id -> name and address; those who are gone are left out."""
    rows = Person.objects.filter(pk__in=set(ids)).values_list("pk", "name", "email")
    return {pk: (name, email) for pk, name, email in rows}


def highest_number() -> int:
    """The number of whoever was made last, 0 where there is nobody."""
    return Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Id -> name (or address) of people of the staff; those who are gone are left out."""
    rows = Person.objects.filter(pk__in=set(ids)).values_list("pk", "name", "email")
    return {pk: name or email for pk, name, email in rows}

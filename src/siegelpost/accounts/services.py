"""Make people of the staff, give and take roles, block."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError

from siegelpost.accounts.errors import LastAdmin, LastOperator, PersonUnknown
from siegelpost.accounts.factor_rows import remove_all
from siegelpost.accounts.models import Person, Seat
from siegelpost.accounts.roles import checked
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.sessions import end_sessions
from siegelpost.accounts.store import CONTROL
from siegelpost.accounts.tokens import revoke_tokens
from siegelpost.tenancy.visits import end_of_person


def person_for(email: str, *, name: str = "", language: str = "de", now: datetime) -> Person:
    """Return the person with this address (checked by the caller), made if new, without a password."""
    wanted = email.strip().lower()
    found = Person.objects.filter(email=wanted).first()
    if found is not None:
        return found
    person = Person(email=wanted, name=name.strip(), language=language, created_at=now)
    person.set_unusable_password()
    try:
        person.save(force_insert=True)
    except IntegrityError:  # another process was first
        return Person.objects.get(email=wanted)
    return person


def make_operator(person: Person) -> None:
    """Let somebody run the installation; only from the command line on the host."""
    if Person.objects.filter(pk=person.pk, operator=False).update(operator=True) and Seat.objects.filter(person_id=person.pk).exists():
        _shut_out(person)


@contextmanager
def deciding(tenant_number: int) -> Iterator[None]:
    """Inside, nobody else changes who has which role in this tenant: what is asked before a change still holds when it is made."""
    with CONTROL.atomic():
        list(Seat.objects.select_for_update().filter(tenant_number=tenant_number).order_by("pk"))
        yield


def set_roles(person: Person, tenant_number: int, roles: Collection[str], *, now: datetime) -> None:
    """Give somebody these roles in a tenant, one or more, instead of those before. Raises RoleUnknown, LastAdmin."""
    with CONTROL.atomic():
        wanted = checked(tenant_number, roles)
        if ADMIN not in wanted:
            _keep_an_admin(person.pk, tenant_number)
        seats = Seat.objects.filter(person_id=person.pk)
        here = set(seats.filter(tenant_number=tenant_number).values_list("role", flat=True))
        if seats.exists() and not here:
            _shut_out(person)
        seats.filter(tenant_number=tenant_number, role__in=here - wanted).delete()
        for role in sorted(wanted - here):
            Seat.objects.create(person=person, tenant_number=tenant_number, role=role, created_at=now)


def join(person: Person, tenant_number: int, roles: Collection[str], *, keep: str = "", now: datetime) -> None:
    """Give roles in one more tenant to somebody who has accepted an invitation there, logged in and by their own mail. Raises RoleUnknown.

    What they log in with stays theirs. Sessions end, all but the one with the key `keep`: whoever sits in another accepted nothing.
    """
    with CONTROL.atomic():
        wanted = checked(tenant_number, roles)
        end_sessions(person.pk, keep=keep)
        for role in sorted(wanted):
            Seat.objects.create(person=person, tenant_number=tenant_number, role=role, created_at=now)


def give_role(person: Person, tenant_number: int, role: str, *, now: datetime) -> None:
    """Give somebody this one role in a tenant, instead of those before. Raises RoleUnknown, LastAdmin."""
    set_roles(person, tenant_number, (role,), now=now)


def _shut_out(person: Person) -> None:
    """Make password, second factors and running sessions void, when somebody may enter more than before.

    Whoever let them into the first tenant could have made those; they must not open the second one.
    """
    remove_all(person.pk)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_sessions(person.pk)


def take_role(person_id: int, tenant_number: int, *, keep: str = "", now: datetime) -> None:
    """Take somebody out of a tenant; their tokens there are void, their sessions end, all but the one with the key `keep`.

    Raises LastAdmin.
    """
    with CONTROL.atomic():
        _keep_an_admin(person_id, tenant_number)
        Seat.objects.filter(person_id=person_id, tenant_number=tenant_number).delete()
        revoke_tokens(person_id, tenant_number=tenant_number, now=now)
        end_sessions(person_id, keep=keep)


def set_active(email: str, *, active: bool, now: datetime) -> Person:
    """Block somebody, or let in again. Either way sessions and one-time links from before are over. Raises PersonUnknown, LastOperator.

    Tokens of whoever is blocked are void for good, and visits in tenants of others are over: both start again with new ones. Letting
    in deletes sessions too: whoever was logging in at the moment of the block may have got one after it.
    """
    changes: dict[str, object] = {"is_active": True, "dormant_told_at": None} if active else {"is_active": active, "blocked_at": now}
    with CONTROL.atomic():
        if not Person.objects.filter(email=email.strip().lower()).update(**changes):
            raise PersonUnknown
        person = Person.objects.get(email=email.strip().lower())
        end_sessions(person.pk)
        if not active and person.operator:
            keep_an_operator(person.pk)
        if not active:
            revoke_tokens(person.pk, now=now)
            end_of_person(person.pk, now=now)
    return person


def change_profile(person: Person, *, name: str, language: str) -> None:
    """What people say about themselves."""
    Person.objects.filter(pk=person.pk).update(name=name.strip(), language=language)


def keep_an_operator(person_id: int) -> None:
    """Somebody else must run the installation who may log in. In the transaction of the act. Raises LastOperator."""
    rows = list(Person.objects.select_for_update().filter(operator=True).order_by("pk"))  # two who take each other out wait here
    if not any(one.is_active and one.pk != person_id for one in rows):
        raise LastOperator


def _keep_an_admin(person_id: int, tenant_number: int) -> None:
    rows = Seat.objects.select_for_update().filter(tenant_number=tenant_number, role=ADMIN)  # two who take each other out wait here
    active = set(Person.objects.filter(pk__in=[seat.person_id for seat in rows], is_active=True).values_list("pk", flat=True))
    if active == {person_id}:
        raise LastAdmin

"""Finds and blocks accounts that nobody uses. For the worker: knows people and roles, and nothing of the login."""

from datetime import datetime

from django.db.models import QuerySet

from siegelpost.accounts.dormant_rules import NOTHING, step
from siegelpost.accounts.models import Person, Seat
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.sessions import end_sessions
from siegelpost.tenancy.visits import end_of_person


def due(*, now: datetime) -> list[tuple[Person, str]]:
    """Whom to tell and whom to block; nobody twice."""
    people = [(one, step(max(one.last_login or one.created_at, one.created_at), one.dormant_told_at, now=now)) for one in _active()]
    return [(one, what) for one, what in people if what != NOTHING]


def note_told(person: Person, *, now: datetime) -> None:
    """Its person was told."""
    Person.objects.filter(pk=person.pk).update(dormant_told_at=now)


def block(person: Person, *, now: datetime) -> bool:
    """Block it; False where it is the last that could let others in: an operator, or an administrator of a tenant."""
    if is_last(person):
        return False
    used = Person.objects.filter(pk=person.pk, is_active=True, last_login=person.last_login)  # not who logs in at this moment
    if not used.update(is_active=False, blocked_at=now):
        return False
    end_sessions(person.pk)
    end_of_person(person.pk, now=now)
    return True


def is_last(person: Person) -> bool:
    """Whether nobody else who may log in runs the installation, or administers one of this person's tenants."""
    others = _active().exclude(pk=person.pk)
    if person.operator and not others.filter(operator=True).exists():
        return True
    mine = Seat.objects.filter(person_id=person.pk, role=ADMIN).values_list("tenant_number", flat=True)
    theirs = Seat.objects.filter(role=ADMIN, person_id__in=others.values("pk")).values_list("tenant_number", flat=True)
    return bool(set(mine) - set(theirs))


def _active() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True)

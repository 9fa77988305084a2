"""Off-boarding as rows: what is planned, everything taken away from somebody, what comes back when they are let in again.

Who may do it, and what goes into which log, is for the flow to say; each of these stands in its transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime

from siegelpost.accounts.factor_rows import remove_all
from siegelpost.accounts.leaving_rules import HOUSE, heir_missing
from siegelpost.accounts.models import Identity, Leaving, Person, Seat, Session
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.services import keep_an_operator
from siegelpost.accounts.sessions import end_sessions
from siegelpost.accounts.tokens import revoke_tokens
from siegelpost.base.actor import Actor
from siegelpost.tenancy.visits import end_of_person

__all__ = [
    "Ending",
    "Leaving",
    "Shut",
    "begin",
    "came_back",
    "due",
    "end_late_sessions",
    "finish",
    "gone",
    "has_anything",
    "is_alone",
    "needs_heir",
    "planned",
    "shut_off",
    "take_from_tenant",
    "withdraw",
]
"""Leaving is handed on: flows carry a case from one of these to the next."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How somebody leaves: their last day and the moment after it, who takes over, whether nobody need."""

    last_day: date
    ends_at: datetime
    heir_id: int | None = None
    unheired: bool = False


@dataclass(frozen=True, slots=True)
class Shut:
    """What an account was before it was shut off: whether it could log in, whether it ran the installation."""

    was_open: bool
    ran: bool


def begin(person_id: int, tenant_number: int, ending: Ending, *, by: Actor, now: datetime) -> tuple[Leaving, int | None]:
    """Plan it, instead of what was planned before; also the number of that, None where nothing was."""
    before = planned(person_id, tenant_number)
    if before is not None:
        withdraw(before, now=now)
    case = Leaving(
        person_id=person_id, tenant_number=tenant_number, last_day=ending.last_day, ends_at=ending.ends_at, heir_id=ending.heir_id,
        unheired=ending.unheired, by=str(by), created_at=now,
    )  # fmt: skip
    case.save(force_insert=True)
    return case, before.pk if before else None


def planned(person_id: int, tenant_number: int) -> Leaving | None:
    """What is planned and was not carried out, locked until the transaction ends."""
    rows = Leaving.objects.select_for_update().filter(person_id=person_id, tenant_number=tenant_number)
    return rows.filter(acted_at=None, withdrawn_at=None).first()


def withdraw(case: Leaving, *, now: datetime) -> None:
    """It will not be carried out."""
    Leaving.objects.filter(pk=case.pk, acted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def due(*, now: datetime) -> list[Leaving]:
    """All whose time has come and that were not carried out, the oldest first."""
    return list(Leaving.objects.filter(acted_at=None, withdrawn_at=None, ends_at__lte=now).order_by("pk"))


def needs_heir(tenant_number: int, person_id: int, heir_id: int | None) -> bool:
    """Whether the tenant would be left without anybody who administers it and may log in; asked with its seats locked."""
    rows = Seat.objects.select_for_update().filter(tenant_number=tenant_number, role=ADMIN)
    active = Person.objects.filter(pk__in=[seat.person_id for seat in rows], is_active=True)
    return heir_missing(frozenset(active.values_list("pk", flat=True)), person_id, heir_id)


def is_alone(tenant_number: int, person_id: int) -> bool:
    """Whether this person, able to log in or not, has the role to administer the tenant and nobody else who may log in has."""
    rows = Seat.objects.filter(tenant_number=tenant_number, role=ADMIN)
    others = Person.objects.filter(pk__in=rows.values("person_id"), is_active=True).exclude(pk=person_id)
    return rows.filter(person_id=person_id).exists() and not others.exists()


def take_from_tenant(person_id: int, tenant_number: int, *, now: datetime) -> int:
    """Take roles and tokens in one tenant; returns how many tokens. Sessions stay: at the next page they are worth what is left."""
    Seat.objects.filter(person_id=person_id, tenant_number=tenant_number).delete()
    return revoke_tokens(person_id, tenant_number=tenant_number, now=now)


def has_anything(person_id: int) -> bool:
    """Whether somebody still has a role anywhere, or runs the installation."""
    return Seat.objects.filter(person_id=person_id).exists() or Person.objects.filter(pk=person_id, operator=True).exists()


def shut_off(case: Leaving, *, now: datetime) -> Shut:
    """Block the account and take all that opens it: password, second factors, identities elsewhere, sessions, tokens, links. Twice is safe.

    One that was blocked before stays so by that, too: whoever lets the person in again does not undo it. Raises LastOperator.
    """
    person = Person.objects.select_for_update().get(pk=case.person_id)
    if person.operator:
        keep_an_operator(person.pk)
    was = Shut(person.is_active, person.operator)
    case.keeps_shut = case.keeps_shut or was.was_open
    case.save(update_fields=["keeps_shut"])
    person.is_active, person.operator, person.blocked_at = False, False, now
    person.set_unusable_password()
    person.save(update_fields=["is_active", "operator", "blocked_at", "password"])
    remove_all(person.pk)
    Identity.objects.filter(person_id=person.pk).delete()
    end_sessions(person.pk)
    revoke_tokens(person.pk, now=now)
    end_of_person(person.pk, now=now)
    return was


def finish(case: Leaving, *, now: datetime) -> None:
    """All of it was taken away."""
    Leaving.objects.filter(pk=case.pk).update(acted_at=now)


def came_back(person: Person, where: int, *, now: datetime) -> bool:
    """Somebody is let in again, in a tenant or (HOUSE) by the operator: nothing of before is theirs. True where that opened the account."""
    rows = Leaving.objects.filter(person_id=person.pk, returned_at=None).exclude(acted_at=None)
    shut = rows.filter(keeps_shut=True).update(keeps_shut=False)
    rows.filter(tenant_number__in=(where, HOUSE)).update(returned_at=now)
    if shut:
        Person.objects.filter(pk=person.pk).update(is_active=True, dormant_told_at=None)
        end_sessions(person.pk)  # whoever was logging in at the moment of the block may have got one after it
    return bool(shut)


def end_late_sessions() -> int:
    """Delete those that came up while their person was being blocked: they open nothing; returns how many."""
    return Session.objects.filter(person_id__in=gone()).delete()[0]


def gone() -> set[int]:
    """People whose account is shut because they left."""
    rows = Leaving.objects.filter(returned_at=None).exclude(acted_at=None).values_list("person_id", "tenant_number", "keeps_shut")
    return {person for person, tenant_number, shut in rows if shut or tenant_number == HOUSE}

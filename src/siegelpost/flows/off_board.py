"""Somebody leaves: one act takes everything away that the system can take, at once or when their last day is over.

From a tenant: roles, tokens and links there; where nothing is left anywhere, the account as well. From the house: everything,
the account first. Entries of the logs stand or fall with each step. What was begun and not finished goes on with the next
round of the worker.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from django.db import DatabaseError

from siegelpost.accounts import leaving
from siegelpost.accounts.granting import may_turn
from siegelpost.accounts.history import OPERATOR_TAKEN, ROLE_TAKEN, ROLES_GIVEN, SHUT_OUT
from siegelpost.accounts.leaving import Ending, Leaving, is_alone, needs_heir
from siegelpost.accounts.leaving_errors import HeirMissing, HeirUnusable, LastDayWrong
from siegelpost.accounts.leaving_plans import plan_of
from siegelpost.accounts.leaving_rules import HOUSE, ends_at, is_plausible
from siegelpost.accounts.leaving_tasks import add_tasks, close
from siegelpost.accounts.reads import Colleague, Person, person_by_id, person_here, powers_here, tenant_numbers
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.services import deciding, keep_an_operator, set_roles
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import current_language
from siegelpost.base.settings import process_settings
from siegelpost.evidence.services import append
from siegelpost.flows.acting import powers_of_actor
from siegelpost.flows.approved_grants import approve_grant
from siegelpost.flows.approving import reassign
from siegelpost.flows.reach import within_reach
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store
from siegelpost.tenancy.registry import open_by_number

PLANNED: Final = "staff.leave_planned"
WITHDRAWN: Final = "staff.leave_withdrawn"
DONE: Final = "staff.off_boarded"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parting:
    """How somebody is to leave.

    last_day  on which they may still come in; None for an end at once
    heir      number of who takes over open requests, and administers what nobody else would; None for nobody
    unheired  two who run the installation agreed that nobody need (see `flows.off_board_alone`)
    """

    last_day: date | None = None
    heir: int | None = None
    unheired: bool = False


def today(now: datetime) -> date:
    """The day at the operator's, where a last day ends at midnight."""
    return now.astimezone(_zone()).date()


def leave_tenant(tenant: TenantDB, person_id: int, wish: Parting, *, actor: Actor, now: datetime) -> int:
    """Off-board somebody from one tenant, at once or after a day; instead of what was planned. Returns the number of the case.

    Raises PersonUnknown (not here, or an operator), NotYoursToGive, HeirMissing, HeirUnusable, LastDayWrong, and ApprovalNeeded where
    who takes over gets rights for which a rule asks for a second person.
    """
    ending = _ending(wish, now)
    with tenant.atomic(), operator_store().atomic(), deciding(tenant.number):
        within_reach(tenant, person_id, actor)
        _look_for_heir(tenant, person_id, wish)
        if wish.heir is not None:
            before = _heir(tenant, person_id, wish.heir).roles
            if is_alone(tenant.number, person_id) and not may_turn(
                powers_of_actor(tenant, actor), powers_here(tenant, before), powers_here(tenant, [*before, ADMIN])
            ):
                raise HeirUnusable
        case = _begin(tenant, person_id, ending, actor, now)
        if case.ends_at <= now:
            _out_of_tenant(tenant, case, actor, now)
            _finish(tenant, case, actor, now)
    return case.pk


def leave_house(person: Person, wish: Parting, *, actor: Actor, now: datetime) -> int:
    """Off-board somebody from everything there is; for the operator. Returns the number of the case.

    Raises LastOperator, HeirMissing and HeirUnusable (of any tenant), LastDayWrong.
    """
    ending = _ending(wish, now)
    with operator_store().atomic():
        _may_go(person, wish)
        case = _begin(None, person.pk, ending, actor, now)
    if case.ends_at <= now:
        carry_out(case, actor=actor, now=now)
    return case.pk


def carry_out(case: Leaving, *, actor: Actor, now: datetime) -> bool:
    """Do what was planned, or go on with it; False where a tenant's database could not be reached: its roles are worth nothing meanwhile.

    Raises HeirMissing, HeirUnusable, LastOperator: nothing was taken away then.
    """
    if case.tenant_number == HOUSE:
        return _out_of_house(case, actor, now)
    try:
        tenant = open_by_number(case.tenant_number)
    except TenantUnknown:  # gone since
        leaving.withdraw(case, now=now)
        return True
    with tenant.atomic(), operator_store().atomic(), deciding(tenant.number):
        _look_for_heir(tenant, case.person_id, Parting(None, case.heir_id, case.unheired))
        _out_of_tenant(tenant, case, actor, now)
        _finish(tenant, case, actor, now)
    return True


def _out_of_house(case: Leaving, actor: Actor, now: datetime) -> bool:
    """The account first, in one transaction: from then on nothing opens. Then the roles, tenant by tenant, each with its entry."""
    person, subject = person_by_id(case.person_id), f"staff:{case.person_id}"
    if person is None:
        return True
    with operator_store().atomic():
        _may_go(person, Parting(None, case.heir_id, case.unheired))
        was = leaving.shut_off(case, now=now)
        if was.ran:
            append(operator_store(), OPERATOR_TAKEN, subject=subject, actor=actor, at=now)
        if was.was_open:
            append(operator_store(), SHUT_OUT, subject=subject, details={"case": case.pk}, actor=actor, at=now)
    waiting = [
        number for number in sorted(tenant_numbers(person)) if not _reached(number, case, actor, now)
    ]  # one does not stop the others
    if waiting:
        return False
    with operator_store().atomic():
        _finish(None, case, actor, now)
    return True


def _reached(number: int, case: Leaving, actor: Actor, now: datetime) -> bool:
    try:
        tenant = open_by_number(number)
        with tenant.atomic(), operator_store().atomic(), deciding(number):
            _out_of_tenant(tenant, case, actor, now)
    except TenantUnknown:
        leaving.take_from_tenant(case.person_id, number, now=now)
    except DatabaseError as reason:
        log.error("staff.leaving_waits", case=case.pk, tenant=number, kind=type(reason).__name__)
        return False
    return True


def _out_of_tenant(tenant: TenantDB, case: Leaving, actor: Actor, now: datetime) -> None:
    """Roles and tokens of one tenant; the account, too, where nothing is left."""
    subject = f"staff:{case.person_id}"
    if case.heir_id is not None and is_alone(tenant.number, case.person_id):
        _install(tenant, _heir(tenant, case.person_id, case.heir_id), case, actor, now)
    append(tenant, ROLE_TAKEN, subject=subject, actor=actor, at=now)
    leaving.take_from_tenant(case.person_id, tenant.number, now=now)
    reassign(tenant, case.person_id, _successor(tenant, case), actor=actor, now=now)
    if case.tenant_number != HOUSE and not leaving.has_anything(case.person_id) and leaving.shut_off(case, now=now).was_open:
        append(operator_store(), SHUT_OUT, subject=subject, details={"case": case.pk}, actor=actor, at=now)


def _finish(tenant: TenantDB | None, case: Leaving, actor: Actor, now: datetime) -> None:
    append(tenant or operator_store(), DONE, subject=f"staff:{case.person_id}", details={"case": case.pk}, actor=actor, at=now)
    leaving.finish(case, now=now)
    close(case, now=now)


def _begin(tenant: TenantDB | None, person_id: int, ending: Ending, actor: Actor, now: datetime) -> Leaving:
    """The case with its tasks, and the entries that say so."""
    number, book = (tenant.number, tenant) if tenant else (HOUSE, operator_store())
    case, before = leaving.begin(person_id, number, ending, by=actor, now=now)
    add_tasks(case, plan_of(number, tenant.language if tenant else current_language()), today=today(now))
    subject = f"staff:{person_id}"
    if before is not None:
        append(book, WITHDRAWN, subject=subject, details={"case": before}, actor=actor, at=now)
    details = {"case": case.pk, "last_day": ending.last_day.isoformat(), "heir": ending.heir_id, "unheired": ending.unheired}
    append(book, PLANNED, subject=subject, details=details, actor=actor, at=now)
    return case


def _may_go(person: Person, wish: Parting) -> None:
    """Raises LastOperator; HeirMissing, HeirUnusable for any of this person's tenants."""
    if person.operator:
        keep_an_operator(person.pk)
    for number in sorted(tenant_numbers(person)):
        if not needs_heir(number, person.pk, None) or wish.unheired:
            continue
        if wish.heir is None:
            raise HeirMissing
        _heir(open_by_number(number), person.pk, wish.heir)


def _look_for_heir(tenant: TenantDB, person_id: int, wish: Parting) -> None:
    if not wish.unheired and needs_heir(tenant.number, person_id, wish.heir):
        raise HeirMissing


def _heir(tenant: TenantDB, person_id: int, heir_id: int) -> Colleague:
    """Who takes over in a tenant. Raises HeirUnusable."""
    found = person_here(tenant, heir_id)
    if found is None or not found.active or found.operates or heir_id == person_id:
        raise HeirUnusable
    return found


def _successor(tenant: TenantDB, case: Leaving) -> Person | None:
    """In whose name open requests are asked anew; None where nobody was named, or who was named is not here any more."""
    found = person_here(tenant, case.heir_id) if case.heir_id is not None else None
    return person_by_id(found.id) if found is not None and found.active else None


def _install(tenant: TenantDB, heir: Colleague, case: Leaving, actor: Actor, now: datetime) -> None:
    """Whoever named the heir must be able to give these rights now, too: much may have changed since. Raises HeirUnusable."""
    person, roles = person_by_id(heir.id), sorted({*heir.roles, ADMIN})
    if person is not None:
        before, after = powers_here(tenant, heir.roles), powers_here(tenant, roles)
        if not may_turn(powers_of_actor(tenant, Actor(*case.by.split(":", 1))), before, after):
            raise HeirUnusable
        approval = approve_grant(tenant, heir.email, roles, before=before, after=after, actor=actor, now=now)
        details = {"roles": roles} | ({"approval": approval} if approval else {})
        append(tenant, ROLES_GIVEN, subject=f"staff:{heir.id}", details=details, actor=actor, at=now)
        set_roles(person, tenant.number, roles, now=now)


def _ending(wish: Parting, now: datetime) -> Ending:
    """Raises LastDayWrong."""
    if wish.last_day is None:
        return Ending(today(now), now, wish.heir, wish.unheired)
    if not is_plausible(wish.last_day, today(now)):
        raise LastDayWrong
    return Ending(wish.last_day, ends_at(wish.last_day, _zone()), wish.heir, wish.unheired)


def _zone() -> ZoneInfo:
    return ZoneInfo(process_settings().time_zone)

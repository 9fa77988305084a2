"""Somebody is let in until a day: the account and its end are one act, or neither."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from siegelpost.accounts.leaving_errors import LastDayWrong
from siegelpost.accounts.reads import Person
from siegelpost.base.actor import Actor
from siegelpost.flows.off_board import Parting, leave_house, leave_tenant, today
from siegelpost.flows.staff import let_in, let_operate
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is let in; `last_day` is None for somebody who stays."""

    email: str
    roles: Collection[str]
    name: str = ""
    last_day: date | None = None


def let_in_until(tenant: TenantDB, new: Newcomer, *, actor: Actor, now: datetime) -> Person:
    """As `staff.let_in`, and gone after the last day. Raises as that and as `off_board.leave_tenant`."""
    in_time(new.last_day, now)
    with tenant.atomic(), operator_store().atomic():
        person = let_in(tenant, new.email, new.roles, name=new.name, actor=actor, now=now)
        if new.last_day:
            leave_tenant(tenant, person.pk, Parting(new.last_day), actor=actor, now=now)
    return person


def let_operate_until(email: str, last_day: date | None, *, language: str, now: datetime) -> Person:
    """As `staff.let_operate`, and out of the house after the last day. Raises as `off_board.leave_house`."""
    in_time(last_day, now)
    with operator_store().atomic():
        person = let_operate(email, language=language, now=now)
        person.refresh_from_db()
        if last_day:
            leave_house(person, Parting(last_day), actor=Actor.operator(), now=now)
    return person


def in_time(last_day: date | None, now: datetime) -> None:
    """Nobody is let in until yesterday. Raises LastDayWrong."""
    if last_day is not None and last_day < today(now):
        raise LastDayWrong

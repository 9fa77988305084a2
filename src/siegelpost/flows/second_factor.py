"""Second factors come and go: the row in the control database, the act in the operator's log, other sessions end."""

from datetime import datetime
from typing import Any

from siegelpost.accounts import counters, factors
from siegelpost.accounts.errors import PersonUnknown
from siegelpost.accounts.factor_rows import remove_all
from siegelpost.accounts.reads import Person, person_with
from siegelpost.accounts.rule_rows import set_rules
from siegelpost.accounts.sessions import end_sessions
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.operator_acts import write_down
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store


def add_app(person: Person, secret: bytes, step: int, *, keep: str, now: datetime) -> None:
    """Keep an authenticator app; sessions that never showed it end, all but that with the key `keep`."""
    with operator_store().atomic():
        factors.add_app(person, secret, step, now=now)
        end_sessions(person.pk, keep=keep)
        _note("staff.factor_added", factors.APP, person, now)


def add_passkey(person: Person, name: str, credential: dict[str, Any], *, keep: str, now: datetime) -> None:
    """Keep a passkey; sessions end as with an app."""
    with operator_store().atomic():
        factors.add_passkey(person, name, credential)
        end_sessions(person.pk, keep=keep)
        _note("staff.factor_added", factors.PASSKEY, person, now)


def count_on(passkey: Any, counter: int, *, now: datetime) -> bool:
    """Keep the count that a passkey has signed; one that went back opens nothing, and its owner is named in the operator's log."""
    if counters.count_on(passkey, counter):
        return True
    actor = Actor.staff(passkey.user_id)
    append(operator_store(), "staff.passkey_counter_back", subject=str(actor), details={"passkey": passkey.pk}, actor=actor, at=now)
    return False


def new_codes(person: Person, *, now: datetime) -> list[str]:
    """Recovery codes instead of those before. Raises FactorNeeded without a second factor."""
    with operator_store().atomic():
        found = factors.new_codes(person)
        _note("staff.factor_added", factors.CODES, person, now)
    return found


def remove(person: Person, factor_id: int, *, now: datetime) -> None:
    """Take one away. Raises FactorUnknown, FactorNeeded."""
    with operator_store().atomic():
        factors.remove(person, factor_id)
        _note("staff.factor_removed", "", person, now)


def forget_factors(email: str, *, now: datetime) -> Person:
    """Take all second factors from somebody who lost them; sessions end. For the command line on the host. Raises PersonUnknown."""
    person = person_with(email)
    if person is None:
        raise PersonUnknown
    with operator_store().atomic():
        remove_all(person.pk)
        end_sessions(person.pk)
        write_down("staff.factors_forgotten", subject=f"staff:{person.pk}", now=now)
    return person


def ask_of_staff(tenant: TenantDB, roles: tuple[str, ...], *, idle: int | None = None, actor: Actor, now: datetime) -> None:
    """A tenant asks a second factor of further roles, and locks sessions after fewer idle minutes. Raises RoleUnknown."""
    set_rules(tenant, roles, idle=idle, now=now)
    with tenant.atomic():
        details = {"second_factor": sorted(roles), "idle_minutes": idle}
        append(tenant, "staff.entry_rule_changed", details=details, actor=actor, at=now)


def _note(act: str, kind: str, person: Person, now: datetime) -> None:
    details = {"kind": kind} if kind else {}
    append(operator_store(), act, subject=f"staff:{person.pk}", details=details, actor=Actor.staff(person.pk), at=now)

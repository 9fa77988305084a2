"""Who could do what in a tenant on a day: from its log and the operator's, which can only grow (control 1.3-05)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from siegelpost.accounts import history
from siegelpost.accounts.history import (
    LET_IN_AGAIN,
    OPERATOR_MADE,
    OPERATOR_TAKEN,
    ROLE_DELETED,
    ROLE_GIVEN,
    ROLE_TAKEN,
    ROLE_WRITTEN,
    ROLES_GIVEN,
    SHUT_OUT,
    State,
    Told,
    state_at,
)
from siegelpost.accounts.limits import Limits
from siegelpost.accounts.reads import highest_number, people
from siegelpost.accounts.rules import OPERATOR
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db

EXPORTED = "rights.exported"
SEATS = (ROLES_GIVEN, ROLE_GIVEN, ROLE_TAKEN)
ROLES = (ROLE_WRITTEN, ROLE_DELETED)
OPERATORS = (OPERATOR_MADE, OPERATOR_TAKEN, SHUT_OUT, LET_IN_AGAIN)


@dataclass(frozen=True, slots=True)
class Row:
    """One person on that day. `name` and `email` are those of today, "" for whoever was deleted since."""

    person_id: int
    name: str
    email: str
    roles: tuple[str, ...]
    rights: frozenset[str]
    blocked: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """All of them, by address; `names` and `limits` are those of roles that the tenant had made, by their codes."""

    rows: list[Row]
    names: dict[str, str]
    limits: dict[str, Limits] = field(default_factory=dict)


def rights_at(tenant: TenantDB, day: date) -> Matrix:
    """Who could do what when this day (UTC) ended. People without any right are left out."""
    state = state_before(tenant, datetime.combine(day + timedelta(days=1), time(), UTC))
    seats = dict(state.seats) | (dict.fromkeys(state.operators, (OPERATOR,)) if tenant.own else {})
    known = people(seats)
    rows = [_row(state, person, roles, known.get(person, ("", ""))) for person, roles in seats.items()]
    names = {code: name for code, (name, _rights, _limits) in state.made.items()}
    limits = {code: limits for code, (_name, _rights, limits) in state.made.items() if not limits.none}
    return Matrix(sorted(rows, key=lambda row: (row.email, row.person_id)), names, limits)


def state_before(tenant: TenantDB, moment: datetime) -> State:
    """What the logs say about the time just before this moment."""
    return state_at([*history_of(tenant), *_told(operator_db(), _staff(), OPERATORS)], moment)


def self_grants(tenant: TenantDB) -> int:
    """How often somebody gave themselves a right that they did not have."""
    return history.self_grants(history_of(tenant))


def gains(tenant: TenantDB) -> list[Told]:
    """Each entry by which somebody got a right."""
    return history.gains(history_of(tenant))


def first_gift(tenant: TenantDB) -> datetime | None:
    """When somebody first got a role here, None where nobody has."""
    return min((one.at for one in history_of(tenant)), default=None)


def note_export(tenant: TenantDB, day: date, kind: str, *, actor: Actor, now: datetime) -> None:
    """That somebody takes the matrix of a day along, as "csv" or "pdf", is an entry of the log."""
    with tenant.atomic():
        append(tenant, EXPORTED, details={"day": day.isoformat(), "file": kind}, actor=actor, at=now)


def _row(state: State, person: int, roles: tuple[str, ...], called: tuple[str, str]) -> Row:
    return Row(person, *called, roles, state.rights(roles), person in state.blocked)


def _staff() -> list[str]:
    """Everybody there is or was, as subjects of entries."""
    return [f"staff:{number}" for number in range(1, highest_number() + 1)]


def history_of(tenant: TenantDB) -> list[Told]:
    """What the log of a tenant says of seats, and of roles that anybody had, in its order."""
    seats = _told(tenant, _staff(), SEATS)
    codes = {code for one in seats for code in one.details.get("roles", ()) if code.startswith("role-")}
    roles = _told(tenant, [code.replace("-", ":") for code in codes], ROLES)
    return sorted([*seats, *roles], key=lambda one: one.number)


def _told(log: Logged, subjects: Sequence[str], acts: Sequence[str]) -> list[Told]:
    """By the index of subjects, for most of a log is about other things."""
    found = reversed(about(log, subjects, acts=acts))
    return [Told(one.id, one.at, one.actor, one.act, one.subject, one.details) for one in found]

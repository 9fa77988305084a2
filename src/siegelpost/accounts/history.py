"""Who could do what at a time that is over: told from the entries of the logs, from the first to the last before it. Pure.

Roles that exist everywhere mean what they mean in the release that reads: an entry names the role, not its rights. Those that
a tenant made are kept with their rights in each entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from siegelpost.accounts.limits import UNLIMITED, Limits, Powers, from_dict, powers
from siegelpost.accounts.rules import BUILT_IN

ROLES_GIVEN: Final = "staff.roles_given"
ROLE_GIVEN: Final = "staff.role_given"
"""As it was written while everybody had one role."""
ROLE_TAKEN: Final = "staff.role_taken"
ROLE_WRITTEN: Final = "role.written"
ROLE_DELETED: Final = "role.deleted"
OPERATOR_MADE: Final = "staff.operator_made"
OPERATOR_TAKEN: Final = "staff.operator_taken"
SHUT_OUT: Final = "staff.shut_out"
LET_IN_AGAIN: Final = "staff.let_in_again"


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: its number in the log, when, by whom and to whom ("staff:7"), what, details as they were written."""

    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    details: Mapping[str, Any]


@dataclass(slots=True)
class State:
    """What held at one time.

    seats      person -> roles in the tenant
    made       code of a role that the tenant made -> its name, its rights and how far they reach
    blocked    people who could not log in
    operators  people who ran the installation
    """

    seats: dict[int, tuple[str, ...]] = field(default_factory=dict)
    made: dict[str, tuple[str, frozenset[str], Limits]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    operators: set[int] = field(default_factory=set)

    def powers(self, roles: Iterable[str]) -> Powers:
        """What these roles allowed together, and how far."""
        return powers(self.made[role][1:] if role in self.made else (BUILT_IN.get(role, frozenset()), UNLIMITED) for role in roles)

    def rights(self, roles: Iterable[str]) -> frozenset[str]:
        """The rights alone."""
        return self.powers(roles).rights


def state_at(entries: Iterable[Told], before: datetime) -> State:
    """The state that entries, in their order, lead to; those at `before` or later are left out."""
    state = State()
    for one in entries:
        if one.at < before:
            _take_in(state, one)
    return state


def self_grants(entries: Iterable[Told]) -> int:
    """How many of these entries gave whoever acted a right, or a longer reach, that they did not have; in the order of the log."""
    state, found = State(), 0
    for one in entries:
        kind, _colon, number = one.actor.partition(":")
        me = int(number) if kind == "staff" and number.isdigit() else 0
        before = state.powers(state.seats.get(me, ()))
        _take_in(state, one)
        found += bool(me) and not before.cover(state.powers(state.seats.get(me, ())))
    return found


def gains(entries: Iterable[Told]) -> list[Told]:
    """Those of these entries by which somebody got a right that they did not have, by roles or by a change of a role they have."""
    state, found = State(), []
    for one in entries:
        before = {person: state.powers(roles) for person, roles in state.seats.items()}
        _take_in(state, one)
        if any(not before.get(person, Powers()).cover(state.powers(roles)) for person, roles in state.seats.items()):
            found.append(one)
    return found


def _take_in(state: State, one: Told) -> None:
    kind, _colon, number = one.subject.partition(":")
    if not number.isdigit():
        return
    if kind == "role":
        code = f"role-{number}"
        state.made.pop(code, None)
        if one.act == ROLE_WRITTEN:
            limits = from_dict(one.details.get("limits"))
            state.made[code] = str(one.details["name"]), frozenset(one.details["rights"]), limits
        return
    person = int(number)
    if one.act in (ROLES_GIVEN, ROLE_GIVEN):
        state.seats[person] = tuple(one.details["roles"]) if one.act == ROLES_GIVEN else (str(one.details["role"]),)
    elif one.act == ROLE_TAKEN:
        state.seats.pop(person, None)
    elif one.act == OPERATOR_MADE:
        state.operators.add(person)
    elif one.act == OPERATOR_TAKEN:
        state.operators.discard(person)
    elif one.act == SHUT_OUT:
        state.blocked.add(person)
    elif one.act == LET_IN_AGAIN:
        state.blocked.discard(person)

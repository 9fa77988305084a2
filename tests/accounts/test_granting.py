"""Nobody raises their own rights: whatever a circle of people does, together they never get a right that none of them had.

A right reaches some lists and folders, and not some fields: one that reaches further is one that somebody may not have had.
"""

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.catalogue import RIGHTS, whole
from siegelpost.accounts.granting import may_act_on, may_turn
from siegelpost.accounts.limits import Limits, Powers, powers, unlimited

NUMBERS = st.frozensets(st.integers(1, 3), max_size=3)
LIMITS = st.one_of(
    st.just(Limits()),
    st.builds(Limits, hidden=st.frozensets(st.sampled_from(["email", "phone"]))),
    st.builds(Limits, everywhere=st.just(False), lists=NUMBERS, folders=NUMBERS, hidden=st.frozensets(st.sampled_from(["email", "phone"]))),
)
RIGHTS_OF_ROLE = st.sets(st.sampled_from(RIGHTS[:20]), max_size=12).map(whole)
ROLE = st.tuples(RIGHTS_OF_ROLE, LIMITS)
SOME = st.lists(ROLE, max_size=3).map(powers)
PEOPLE, ROLES = 5, 6
Role = tuple[frozenset[str], Limits]
Act = tuple[str, int, int, int, Role]
ACTS: st.SearchStrategy[Act] = st.tuples(
    st.sampled_from(["give", "take", "write"]),
    st.integers(0, PEOPLE - 1),
    st.integers(0, PEOPLE - 1),
    st.integers(0, ROLES - 1),
    ROLE,
)


@dataclass
class Tenant:
    """Roles with their rights and limits, people with their roles; an act that is not allowed changes nothing."""

    roles: list[Role]
    people: list[set[int]] = field(default_factory=list)

    def powers(self, person: int, roles: list[Role] | None = None) -> Powers:
        return powers((roles or self.roles)[role] for role in self.people[person])

    def do(self, act: Act) -> None:
        what, actor, person, role, new = act
        mine, before = self.powers(actor), self.powers(person)
        if what == "write":
            written = [new if at == role else one for at, one in enumerate(self.roles)]
            pairs = [(powers([self.roles[role]]), powers([new]))]
            pairs += [(self.powers(one), self.powers(one, written)) for one, held in enumerate(self.people) if role in held]
            if all(may_turn(mine, *pair) for pair in pairs):
                self.roles = written
        else:
            wanted = self.people[person] | {role} if what == "give" else self.people[person] - {role}
            if may_turn(mine, before, powers(self.roles[one] for one in wanted)):
                self.people[person] = wanted


@given(
    st.lists(ROLE, min_size=ROLES, max_size=ROLES),
    st.lists(st.sets(st.integers(0, ROLES - 1), max_size=3), min_size=PEOPLE, max_size=PEOPLE),
    st.sets(st.integers(0, PEOPLE - 1), min_size=1),
    st.lists(ACTS, max_size=30),
)
@pytest.mark.slow
def test_a_circle_of_people_never_gets_a_right_that_none_of_them_had(
    roles: list[Role], people: list[set[int]], circle: set[int], acts: list[Act]
) -> None:
    tenant = Tenant(list(roles), [set(one) for one in people])
    had = [tenant.powers(person) for person in circle]
    for act in acts:
        if act[1] in circle:
            alone = tenant.powers(act[1])
            tenant.do(act)
            assert alone.cover(tenant.powers(act[1])), "somebody raised their own rights"
    for person in circle:
        for right, limits in tenant.powers(person).reach.items():
            assert any(right in one.reach and one.reach[right].covers(limits) for one in had), "a right that nobody had so far"


@pytest.mark.slow
@given(SOME, SOME, SOME)
def test_who_may_turn_rights_has_all_that_changes_and_may_turn_them_back(mine: Powers, before: Powers, after: Powers) -> None:
    allowed = may_turn(mine, before, after)
    assert allowed == may_turn(mine, after, before)
    assert not allowed or (after.rights - before.rights) <= mine.rights
    assert may_turn(unlimited(RIGHTS), before, after) and may_act_on(mine, mine)
    assert may_act_on(mine, before) == all(
        right in mine.reach and mine.reach[right].covers(limits) for right, limits in before.reach.items()
    )


def test_the_rule_lets_an_administrator_work() -> None:
    everything, shuffled = unlimited(RIGHTS), list(RIGHTS)
    random.Random(7).shuffle(shuffled)
    some = unlimited(whole(shuffled[:20]))
    assert may_turn(everything, Powers(), some) and may_act_on(everything, some)


@pytest.mark.slow
@given(st.lists(ROLE, min_size=1, max_size=4))
def test_lists_of_several_roles_add_up_and_a_field_is_hidden_where_all_of_them_hide_it(roles: list[Role]) -> None:
    found = powers(roles)
    for right in RIGHTS[:20]:
        granting = [limits for rights, limits in roles if right in rights]
        assert (right in found.reach) == bool(granting)
        if granting:
            reach = found.reach[right]
            assert reach.everywhere == any(one.everywhere for one in granting)
            for number in (1, 2, 3):
                assert reach.everywhere or (number in reach.lists) == any(number in one.lists for one in granting)
                assert reach.everywhere or (number in reach.folders) == any(number in one.folders for one in granting)
            for name in ("email", "phone"):
                assert (name in reach.hidden) == all(name in one.hidden for one in granting)
            assert all(reach.covers(one) for one in granting), "a further role never takes anything away"


@given(LIMITS, LIMITS, LIMITS)
@pytest.mark.slow
def test_to_reach_as_far_is_an_order(one: Limits, two: Limits, three: Limits) -> None:
    assert one.covers(one)
    assert not (one.covers(two) and two.covers(three)) or one.covers(three)
    assert not (one.covers(two) and two.covers(one)) or one == two

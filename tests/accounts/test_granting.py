"""Nobody raises their own rights: whatever a circle of people does, together they never get a right that none of them had."""

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.catalogue import RIGHTS, whole
from siegelpost.accounts.granting import may_act_on, may_turn

SOME = st.sets(st.sampled_from(RIGHTS), max_size=12).map(whole)
PEOPLE, ROLES = 5, 6
Act = tuple[str, int, int, int, frozenset[str]]
ACTS: st.SearchStrategy[Act] = st.tuples(
    st.sampled_from(["give", "take", "write"]),
    st.integers(0, PEOPLE - 1),
    st.integers(0, PEOPLE - 1),
    st.integers(0, ROLES - 1),
    SOME,
)


@dataclass
class Tenant:
    """Roles with their rights, people with their roles; an act that is not allowed changes nothing."""

    roles: list[frozenset[str]]
    people: list[set[int]] = field(default_factory=list)

    def rights(self, person: int) -> frozenset[str]:
        return frozenset().union(*(self.roles[role] for role in self.people[person]))

    def do(self, act: Act) -> None:
        what, actor, person, role, rights = act
        mine, before = self.rights(actor), self.rights(person)
        if what == "write" and may_turn(mine, self.roles[role], rights):
            self.roles[role] = rights
        if what in ("give", "take"):
            wanted = self.people[person] | {role} if what == "give" else self.people[person] - {role}
            after = frozenset().union(*(self.roles[one] for one in wanted))
            if may_turn(mine, before, after):
                self.people[person] = wanted


@given(
    st.lists(SOME, min_size=ROLES, max_size=ROLES),
    st.lists(st.sets(st.integers(0, ROLES - 1), max_size=3), min_size=PEOPLE, max_size=PEOPLE),
    st.sets(st.integers(0, PEOPLE - 1), min_size=1),
    st.lists(ACTS, max_size=30),
)
@pytest.mark.slow
def test_a_circle_of_people_never_gets_a_right_that_none_of_them_had(
    roles: list[frozenset[str]], people: list[set[int]], circle: set[int], acts: list[Act]
) -> None:
    tenant = Tenant(list(roles), [set(one) for one in people])
    had = frozenset().union(*(tenant.rights(person) for person in circle))
    for act in acts:
        if act[1] in circle:
            alone = tenant.rights(act[1])
            tenant.do(act)
            assert tenant.rights(act[1]) <= alone, "somebody raised their own rights"
    assert frozenset().union(*(tenant.rights(person) for person in circle)) <= had


@given(SOME, SOME, SOME)
def test_who_may_turn_rights_has_all_that_changes_and_may_turn_them_back(
    mine: frozenset[str], before: frozenset[str], after: frozenset[str]
) -> None:
    allowed = may_turn(mine, before, after)
    assert allowed == may_turn(mine, after, before)
    assert not allowed or (after - before) <= mine
    assert may_turn(mine | before | after, before, after) and may_act_on(mine, mine)
    assert may_act_on(mine, before) == (before <= mine)


def test_the_rule_lets_an_administrator_work() -> None:
    everything, shuffled = frozenset(RIGHTS), list(RIGHTS)
    random.Random(7).shuffle(shuffled)
    assert may_turn(everything, frozenset(), whole(shuffled[:20])) and may_act_on(everything, whole(shuffled[:20]))

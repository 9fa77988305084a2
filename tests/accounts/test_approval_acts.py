"""Which rule lets more through than another, and to how many people an approval holds."""

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.approvals.acts import ACTS, APPROVE, OFFERED, SEND, Rule, ceiling, held, loosens
from siegelpost.accounts.catalogue import RIGHTS

RULES = st.builds(Rule, st.just(SEND), st.booleans(), st.integers(0, 20), st.booleans())


@given(RULES, RULES)
def test_a_rule_is_looser_where_it_lets_anything_through_that_the_other_held_back(before: Rule, after: Rule) -> None:
    more = any(before.asks(size) and not after.asks(size) for size in range(50))
    weaker = before.needed and not before.deciders <= after.deciders
    assert loosens(before, after) == (more or weaker)
    assert not loosens(before, before) and not loosens(Rule(SEND), after)
    assert held([before, after]) == (before.needed or after.needed)


@given(st.integers(1, 10**9))
def test_an_approval_holds_for_a_tenth_more_people_and_never_for_twice_as_many_but_for_a_handful(size: int) -> None:
    assert size + 10 <= ceiling(size) <= max(size + 10, size * 1.1)


def test_every_act_that_is_offered_needs_rights_that_exist() -> None:
    for act in OFFERED:
        assert {ACTS[act].right, APPROVE} <= set(RIGHTS) and Rule(act, own_right=True).deciders == {APPROVE, ACTS[act].right}

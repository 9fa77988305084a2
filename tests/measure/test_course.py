"""Hours tell nothing that the totals did not tell at those hours."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.flows.report_course import course
from siegelpost.measure.course import Course, Step, steps
from siegelpost.measure.rules import Counted, K, withheld_because
from siegelpost.tenancy.handle import TenantDB
from tests.measure.reported import NOW, sent

by_hour = st.dictionaries(st.integers(0, 30), st.integers(0, 60), max_size=12)
courses = st.lists(
    st.builds(Course, by_hour, by_hour, st.integers(0, 10), st.builds(Counted, st.integers(0, 500), st.tuples(st.integers(0, 200)))),
    min_size=1,
    max_size=3,
)


def until(numbers: dict[int, int], hour: int) -> int:
    return sum(n for at, n in numbers.items() if at <= hour)


@pytest.mark.slow
@given(courses)
def test_at_the_end_of_each_step_the_total_might_have_been_shown(found: list[Course]) -> None:
    for step in steps({"opens": found}, end=31):
        for one in found:
            got, hits = until(dict(one.arrivals), step.last) - one.lost, until(dict(one.hits), step.last)
            assert withheld_because(got, Counted(hits, one.counted.estimates)) == ""


@pytest.mark.slow
@given(courses)
def test_steps_follow_each_other_without_a_gap_and_add_up(found: list[Course]) -> None:
    made = steps({"opens": found}, end=31)
    assert all(earlier.last + 1 == later.first for earlier, later in pairwise(made))
    if made:
        assert sum(step.n["opens"] for step in made) == sum(until(dict(one.hits), made[-1].last) for one in found)


def test_the_hours_of_the_first_few_are_part_of_the_first_step_that_speaks_of_many() -> None:
    slow = Course({0: 9, 1: 30, 2: 5}, {0: 15, 1: 500}, 0, Counted(44))
    assert steps({"opens": [slow]}, end=3) == [Step(0, 1, {"opens": 39}), Step(2, 2, {"opens": 5})]


def test_one_small_variant_holds_the_steps_of_all() -> None:
    large, small = Course({0: 9}, {0: 500}, 0, Counted(9)), Course({}, {0: 10, 2: K}, 0, Counted(0))
    assert [(step.first, step.last) for step in steps({"opens": [large, small]}, end=4)] == [(0, 2), (3, 3)]


def test_nothing_was_sent_and_nothing_is_told() -> None:
    assert steps({"opens": []}, end=3) == []
    assert steps({"opens": [Course({}, {}, 0, Counted(0))]}, end=3) == []


def test_hours_add_up_to_the_totals_of_the_report(alpha: TenantDB) -> None:
    one = sent(alpha, 100, hours_ago=4)
    one.asked(0, 30, hours_ago=4, people=25)
    one.asked(0, 10, hours_ago=2, people=30)
    one.asked(1, 7, hours_ago=3, people=5)
    found = course(alpha, one.mailing, one.report(), now=NOW, environment="production")
    assert [dict(step.n) for step in found.steps] == [
        {"opens": 30, "clicks": 0},
        {"opens": 0, "clicks": 7},
        {"opens": 10, "clicks": 0},
        {"opens": 0, "clicks": 0},
    ]
    assert found.later == {"opens": 0, "clicks": 0}


def test_what_comes_after_two_days_stands_apart(alpha: TenantDB) -> None:
    one = sent(alpha, 100, hours_ago=60)
    one.asked(0, 30, hours_ago=59, people=25)
    one.asked(0, 3, hours_ago=2, people=26)
    found = course(alpha, one.mailing, one.report(), now=NOW, environment="production")
    assert (len(found.steps), found.later) == (48, {"opens": 3, "clicks": 0})


def test_withheld_totals_have_no_hours(alpha: TenantDB) -> None:
    small, most = sent(alpha, 19), sent(alpha, 100)
    small.asked(0, 5, people=5)
    most.asked(1, 90, people=90)
    assert not course(alpha, small.mailing, small.report(), now=NOW, environment="production").steps
    found = course(alpha, most.mailing, most.report(), now=NOW + timedelta(hours=1), environment="production")
    assert {name for step in found.steps for name in step.n} == {"opens"}


def test_the_hour_that_is_not_over_is_told_on_test_systems_only(alpha: TenantDB) -> None:
    one = sent(alpha, 100, hours_ago=0)
    one.asked(0, 30, hours_ago=0, people=25)
    assert not course(alpha, one.mailing, one.report(), now=NOW, environment="production").steps
    assert course(alpha, one.mailing, one.report("test"), now=NOW, environment="test").steps[0].n["opens"] == 30

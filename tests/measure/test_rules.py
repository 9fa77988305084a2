"""No figure speaks about few people, or about nearly all of a group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.measure import rules
from siegelpost.measure.rules import Counted, Figure, K

counts = st.integers(0, 100_000)
estimates = st.lists(st.one_of(st.none(), counts), max_size=3).map(tuple)
counted = st.builds(Counted, counts, estimates, counts, st.booleans())


@given(st.integers(0, K - 1), counted)
def test_a_target_that_fewer_than_twenty_people_got_has_no_figure(got: int, what: Counted) -> None:
    assert rules.shown(got, what) == Figure(None, rules.TOO_FEW_RECIPIENTS)
    assert rules.people_shown(got, what) == Figure(None, rules.TOO_FEW_RECIPIENTS)


@given(st.integers(K, 100_000), st.integers(0, K - 1), estimates)
def test_nearly_as_many_requests_as_recipients_have_no_figure_unless_the_sketch_saw_fewer_people(
    got: int, left: int, told: tuple[int | None, ...]
) -> None:
    what = Counted(got - left, told)
    known = rules.people(what)
    if known is None or got - known < K:
        assert rules.shown(got, what).reason == rules.TOO_FEW_LEFT_ALONE


@given(counts, counted)
def test_a_shown_figure_leaves_twenty_alone(got: int, what: Counted) -> None:
    people = rules.people_shown(got, what)
    if people.value is not None:
        assert got - people.value >= K
    if rules.shown(got, what).value is not None:
        assert got >= K
        assert got - rules.most_people(what) >= K


@given(counts, counted)
def test_a_figure_is_either_a_number_or_a_reason(got: int, what: Counted) -> None:
    for figure in (rules.shown(got, what), rules.people_shown(got, what)):
        assert (figure.value is None) == bool(figure.reason)


@given(counts, counts, st.one_of(st.none(), counts))
def test_people_of_days_are_added_up_unless_a_day_is_unknown(hits: int, one: int, other: int | None) -> None:
    assert rules.people(Counted(hits, (one, other))) == (None if other is None else min(one + other, hits))


@given(counts, counts)
def test_people_who_are_not_estimated_are_taken_to_be_as_many_as_requests(got: int, hits: int) -> None:
    what = Counted(hits, estimated=False)
    assert rules.most_people(what) == hits
    assert rules.people_shown(got, what).reason in (rules.NOT_ESTIMATED, rules.TOO_FEW_RECIPIENTS, rules.TOO_FEW_LEFT_ALONE)


@given(counts)
def test_an_estimate_that_is_written_down_leaves_twenty_alone(estimate: int) -> None:
    assert rules.least_for(estimate) - rules.most_people(Counted(10**9, (estimate,))) >= K


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_two_audiences_are_withheld_together_where_one_to_nineteen_people_tell_them_apart(one: set[int], other: set[int]) -> None:
    """Whoever knows both figures knows what those few did at most; of the same people twice nothing can be told."""
    alone = len(one ^ other)
    assert rules.withheld_together(alone) == (1 <= alone <= 19)


@pytest.mark.parametrize(
    "got, acted, said", [(19, 0, rules.TOO_FEW_RECIPIENTS), (20, 0, ""), (21, 1, ""), (21, 2, rules.TOO_FEW_LEFT_ALONE)]
)
def test_nineteen_twenty_twentyone(got: int, acted: int, said: str) -> None:
    assert rules.withheld_because(got, Counted(acted)) == said


def test_people_of_a_process_that_ended_without_telling_are_unknown() -> None:
    assert rules.people_shown(1000, Counted(40, (None,))) == Figure(None, rules.EDGE_RESTARTED)
    assert rules.shown(1000, Counted(40, (None,))) == Figure(40)


def test_nothing_counted_is_zero_and_not_unknown() -> None:
    assert rules.people_shown(1000, Counted(0)) == Figure(0)


def test_there_are_never_more_people_than_requests() -> None:
    assert rules.people(Counted(7, (8,))) == 7


def test_people_behind_a_proxy_count_one_by_one() -> None:
    """Ninety opens over an image proxy look like one person to the sketch, and may be ninety of a hundred."""
    assert rules.shown(100, Counted(90, (1,), by_proxy=90)).reason == rules.TOO_FEW_LEFT_ALONE
    assert rules.shown(100, Counted(90, (1,), by_proxy=0)).value == 90


@given(st.lists(st.one_of(counts.map(Figure), st.just(Figure(None, rules.TOO_FEW_LEFT_ALONE))), max_size=6))
@pytest.mark.slow
def test_a_sum_is_withheld_with_any_of_its_parts(parts: list[Figure]) -> None:
    sum_ = rules.total(parts)
    if all(part.value is not None for part in parts):
        assert sum_.value == sum(part.value or 0 for part in parts)
    else:
        assert sum_ == Figure(None, rules.TOO_FEW_LEFT_ALONE)

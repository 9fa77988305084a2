"""Shares tell of nobody: no value of few people, no outermost number, and what is drawn has the shape of what was counted."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.shares import LEAST, Shares, filler, length_of, ranges_of, some_number

COUNTS = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 60), max_size=8)


@given(COUNTS)
def test_no_value_of_few_people_can_be_drawn(counts: dict[str, int]) -> None:
    shares = Shares(counts, "")
    assert all(counts.get(value, 0) >= LEAST for value in shares.values if value)
    few = sum(n for n in counts.values() if n < LEAST)
    assert shares.merged == few and ("" in shares.values) == (few >= LEAST)
    drawn = shares.draw(Random(1), "nobody")
    assert drawn in shares.values if shares.values else drawn == "nobody"


def test_each_value_is_drawn_as_often_as_people_have_it() -> None:
    shares, chance = Shares({"a": 600, "b": 300, "c": 19, "d": 5}, ""), Random(7)
    drawn = Counter(shares.draw(chance, "") for _ in range(20_000))
    assert set(drawn) == {"a", "b", ""} and abs(drawn["a"] / 20_000 - 600 / 924) < 0.02 and abs(drawn[""] / 20_000 - 24 / 924) < 0.01


@given(st.lists(st.floats(-1e6, 1e6), max_size=400))
def test_each_range_holds_enough_people_and_none_of_the_outermost(values: list[float]) -> None:
    ranges = ranges_of(values)
    if len(values) < 3 * LEAST - 2:
        assert ranges == []
        return
    known = sorted(values)
    low, high = known[LEAST - 1], known[-LEAST]
    assert ranges and ranges[0][0] == float(f"{low:.1e}") and ranges[-1][1] == float(f"{high:.1e}")
    number = some_number(ranges, False, Random(3))
    assert number is not None


def test_the_outermost_twenty_are_in_no_range() -> None:
    ranges = ranges_of([*range(1_000, 1_400), 9_999_999, -9_999_999])
    assert min(low for low, _high in ranges) == 1_000 and max(high for _low, high in ranges) == 1_400
    assert len(ranges) <= 40 and all(low <= high for low, high in ranges)
    assert ranges_of([7.0] * 57) == [] and ranges_of([7.0] * 58) == [(7.0, 7.0)]


@given(st.integers(1, 200), st.integers(0, 99))
def test_a_filler_says_nothing_and_is_about_as_long(letters: int, seed: int) -> None:
    text = filler(letters, Random(seed))
    assert 1 <= len(text) <= letters and length_of("x" * letters) >= letters

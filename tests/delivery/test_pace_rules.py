"""The arithmetic of limits: never more than was allowed, in any stretch of time, whoever takes in whatever order."""

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siegelpost.delivery import pace_rules as rules
from siegelpost.delivery.pace_rules import HOUR, NEW, SECOND, Gauge, Limits, burst, interval, read_steps

START = 1_790_000_000 * SECOND
DAY = 739_000
PERIODS = st.sampled_from([SECOND, HOUR])
AMOUNTS = st.integers(1, 5000)


def limits_of(n: int, period: int) -> Limits:
    return Limits(per_second=n) if period == SECOND else Limits(per_hour=n)


@dataclass
class Take:
    """One block: when, how many, and the gauge after it."""

    at: int
    n: int
    then: Gauge


class Shared:
    """A gauge as it lies in the database, and everything that was taken from it."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.gauge, self.takes = limits, NEW, list[Take]()

    def take(self, now: int, wanted: int, day: int = DAY) -> int:
        gauge = rules.at(self.limits, self.gauge, now, day)
        room = rules.room(self.limits, gauge, now)
        assert room is not None and room >= 0
        n = min(room, wanted)
        self.gauge = rules.taken(self.limits, gauge, n, now)
        self.takes.append(Take(now, n, self.gauge))
        return n

    def give_back(self, take: Take, n: int, now: int) -> None:
        n = min(n, take.n)
        take.n -= n
        self.gauge = rules.returned(self.limits, self.gauge, n, take.then, now)
        take.then = rules.shortened(self.limits, take.then, n)

    def most_within(self, period: int) -> int:
        """The most that was sent in any half-open stretch of this length."""
        return max((sum(two.n for two in self.takes if one.at <= two.at < one.at + period) for one in self.takes), default=0)


STEPS = st.lists(st.tuples(st.integers(0, 2 * HOUR), st.integers(0, 6000), st.floats(0, 1), st.integers(0, 50)), max_size=40)


def play(shared: Shared, steps: list[tuple[int, int, float, int]], period: int) -> int:
    """Take and give back along a clock that never jumps; returns where it ends."""
    now = START
    for ahead, wanted, share, which in steps:
        now += ahead * period // (40 * HOUR)
        shared.take(now, wanted)
        old = shared.takes[which % len(shared.takes)]
        shared.give_back(old, int(old.n * share), now)
    return now


@pytest.mark.slow
@given(AMOUNTS, PERIODS, STEPS)
@settings(max_examples=300)
def test_in_any_stretch_of_a_period_no_more_than_the_limit_is_sent(n: int, period: int, steps: list[tuple[int, int, float, int]]) -> None:
    shared = Shared(limits_of(n, period))
    play(shared, steps, period)
    assert shared.most_within(period) <= n


@pytest.mark.parametrize("period", [SECOND, HOUR])
@pytest.mark.parametrize("n", [1, 2, 9, 11, 359, 361, 5000])
def test_whoever_takes_all_there_is_for_two_periods_gets_the_limit_and_no_more(n: int, period: int) -> None:
    shared = Shared(limits_of(n, period))
    for tick in range(800):  # oftener than bursts come
        shared.take(START + tick * period // 400, n)
    shared.takes = [one for one in shared.takes if one.n]
    assert n / 2 <= shared.most_within(period) <= n


def test_a_burst_is_what_comes_in_a_tenth_of_a_second_or_in_ten() -> None:
    assert [burst(n, SECOND) for n in (1, 10, 11, 100)] == [1, 1, 2, 10]
    assert [burst(n, HOUR) for n in (1, 360, 361, 3600)] == [1, 1, 2, 10]


@pytest.mark.slow
@given(AMOUNTS, PERIODS, STEPS, st.integers(1, HOUR))
@example(54, SECOND, [(0, 4, 0.5, 0), (5_957_050_375_040, 6, 1.0, 0), (0, 1, 0.0, 0)], 1)  # a block that is given back in two parts
@example(230, SECOND, [(0, 1, 0.0, 0), (0, 1, 1.0, 0), (692_307_792_000, 23, 1.0, 1), (0, 1, 0.0, 0)], 1)  # the earlier of two blocks
@settings(max_examples=300)
def test_in_any_stretch_no_more_than_its_rate_and_a_burst_is_sent(
    n: int, period: int, steps: list[tuple[int, int, float, int]], stretch: int
) -> None:
    shared = Shared(limits_of(n, period))
    play(shared, steps, period)
    assert shared.most_within(stretch) <= burst(n, period) + stretch / interval(n, period)


@given(AMOUNTS, PERIODS, st.integers(0, 5000), st.integers(0, HOUR))
def test_of_a_block_that_is_given_back_only_the_time_that_lies_ahead_is_free_again(n: int, period: int, wanted: int, ahead: int) -> None:
    limits, now = limits_of(n, period), START + ahead * period // HOUR
    then = rules.taken(limits, NEW, wanted, START)
    found = rules.returned(limits, then, wanted, then, now)
    for until, mark in ((found.second, then.second), (found.hour, then.hour)):
        assert min(mark, now) <= until <= max(mark - wanted * interval(n, period), now + interval(n, period), 0)


@given(AMOUNTS, PERIODS, st.lists(st.tuples(st.integers(-20 * HOUR, 3 * HOUR), st.integers(0, 6000)), max_size=60))
@pytest.mark.slow
def test_clocks_that_jump_back_or_differ_give_nothing_away(n: int, period: int, readings: list[tuple[int, int]]) -> None:
    shared = Shared(limits_of(n, period))
    for ahead, wanted in readings:
        shared.take(START + ahead, wanted)
    span = max((ahead for ahead, _wanted in readings), default=0) - min((ahead for ahead, _wanted in readings), default=0)
    assert sum(take.n for take in shared.takes) <= burst(n, period) + span / interval(n, period)


@given(AMOUNTS, PERIODS)
@settings(max_examples=40)
@pytest.mark.slow
def test_whoever_asks_a_little_late_gets_nearly_the_whole_limit_in_few_blocks(n: int, period: int) -> None:
    shared, now = Shared(limits_of(n, period)), START
    while now < START + 10 * period:
        assert shared.take(now, n) * 2 >= burst(n, period)
        now = rules.worth_asking(shared.limits, shared.gauge, now) + SECOND // 50
    assert sum(take.n for take in shared.takes) >= 0.8 * n * 10


@given(AMOUNTS, PERIODS, STEPS)
@pytest.mark.slow
def test_at_the_moment_that_is_named_one_more_may_be_taken_and_not_before(
    n: int, period: int, steps: list[tuple[int, int, float, int]]
) -> None:
    shared = Shared(limits_of(n, period))
    now = play(shared, steps, period)
    again = rules.flows_again(shared.limits, shared.gauge, now)
    assert again >= now
    assert rules.room(shared.limits, shared.gauge, again) != 0
    if again > now:
        assert rules.room(shared.limits, shared.gauge, again - 1) == 0


@given(st.integers(1, 400), st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 300), st.integers(0, 300)), max_size=30))
@pytest.mark.slow
def test_a_day_has_its_limit_also_where_clocks_are_a_day_apart(n: int, moves: list[tuple[int, int, int]]) -> None:
    shared, day, sent = Shared(Limits(per_day=n)), DAY, dict[int, int]()
    for ahead, wanted, back in moves:
        day = max(day + ahead, shared.gauge.day - 1)
        got = shared.take(START, wanted, day)
        shared.give_back(shared.takes[-1], min(back, got), START)
        counted = shared.gauge.day
        assert counted in (day, day + 1)
        sent[counted] = sent.get(counted, 0) + shared.takes[-1].n
    assert all(total <= n for total in sent.values())
    assert sum(sent.values()) <= n * (max(sent, default=DAY) - min(sent, default=DAY) + 1)


def test_what_a_wrong_clock_wrote_closes_the_way_for_a_day_at_most() -> None:
    for limits in (Limits(per_second=5), Limits(per_hour=100), Limits(per_day=50)):
        shared = Shared(limits)
        assert shared.take(START + 9000 * 24 * HOUR, 9, DAY + 9000) > 0
        assert shared.take(START, 9) == 0, "a clock that was set right gives nothing away"
        assert shared.take(START + 24 * HOUR, 9, DAY + 1) > 0


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6).map(sorted), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 900))))
@pytest.mark.slow
def test_a_warm_up_lets_each_day_its_step_and_grows_by_days_that_used_half(steps: list[int], days: list[tuple[int, int]]) -> None:
    shared, day, step = Shared(Limits(steps=tuple(steps))), DAY, 0
    used: dict[int, int] = {}
    for ahead, wanted in days:
        step += bool(ahead and used.get(day, 0) * 2 >= steps[step])
        day += ahead
        if step == len(steps):
            gauge = rules.at(shared.limits, shared.gauge, START, day)
            assert rules.room(shared.limits, gauge, START) is None, "a warm-up that is over still limits"
            return
        used[day] = used.get(day, 0) + shared.take(START, wanted, day)
        assert used[day] <= steps[step]


def test_the_narrowest_of_several_limits_decides() -> None:
    shared = Shared(Limits(per_second=100, per_hour=3600, per_day=25))
    assert [shared.take(START, 1000), shared.take(START + HOUR, 1000), shared.take(START + 2 * HOUR, 1000)] == [10, 10, 5]
    assert shared.take(START + 3 * HOUR, 1000, DAY + 1) == 10


def test_no_limit_is_any_number() -> None:
    assert rules.room(Limits(), NEW, START) is None and not Limits()
    assert Limits(per_day=1) and Limits(steps=(1,))


@pytest.mark.parametrize(
    ("text", "steps"),
    [("50..400", (50, 100, 200, 400)), ("50..300", (50, 100, 200, 300)), ("7", (7,)), ("5, 5,9", (5, 5, 9)), ("9..9", (9,))],
)
def test_a_warm_up_is_read_as_a_list_or_as_doubling(text: str, steps: tuple[int, ...]) -> None:
    assert read_steps(text) == steps


@pytest.mark.parametrize("text", ["", "0", "a", "9,5", "50..20", "..9", "9..", "1..2..3", "-5", "5;6", "٥", "1e3", "99999999999"])
def test_what_is_no_warm_up_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_steps(text)

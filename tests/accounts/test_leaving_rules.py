"""When a last day ends, when a task is late, and that no tenant is left without anybody who administers it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.leaving_rules import ALARM, GRACE, IN_TIME, KINDS, LATE, due_on, ends_at, heir_missing, is_plausible, urgency

PEOPLE = st.frozensets(st.integers(1, 5))
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ZONES = st.sampled_from(["Europe/Berlin", "UTC", "Pacific/Auckland", "America/Los_Angeles"])


def test_a_last_day_ends_at_midnight_where_the_installation_stands() -> None:
    assert ends_at(date(2026, 3, 31), ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 31, 22, tzinfo=UTC)  # summer
    assert ends_at(date(2026, 1, 31), ZoneInfo("Europe/Berlin")) == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert ends_at(date(2026, 1, 31), ZoneInfo("America/Los_Angeles")) == datetime(2026, 2, 1, 8, tzinfo=UTC)


@given(DAYS, ZONES, st.integers(0, 86_399))
def test_the_whole_last_day_is_open_and_no_moment_after_it(day: date, zone: str, seconds: int) -> None:
    there = ZoneInfo(zone)
    during = datetime(day.year, day.month, day.day, tzinfo=there) + timedelta(seconds=seconds)
    assert during < ends_at(day, there) <= datetime(day.year, day.month, day.day, 12, tzinfo=there) + timedelta(days=1)


@given(PEOPLE, st.integers(1, 5), st.one_of(st.none(), st.integers(1, 5)))
def test_whoever_goes_leaves_somebody_behind_or_is_stopped(admins: frozenset[int], leaver: int, heir: int | None) -> None:
    after = (admins - {leaver}) | ({heir} - {leaver, None})
    assert heir_missing(admins, leaver, heir) == (leaver in admins and not after)


@given(st.sampled_from(KINDS), DAYS, st.integers(-30, 30))
def test_a_task_is_in_time_then_late_then_an_alarm(kind: str, due: date, days: int) -> None:
    found = urgency(kind, due, due + timedelta(days=days))
    assert found == (IN_TIME if days <= 0 else LATE if days <= GRACE[kind] else ALARM)


def test_tasks_of_a_day_that_is_over_are_due_from_today_and_slips_of_the_hand_are_seen() -> None:
    today = date(2026, 5, 1)
    assert due_on(date(2026, 4, 1), 7, today) == date(2026, 5, 8) and due_on(date(2026, 6, 1), 0, today) == date(2026, 6, 1)
    assert is_plausible(date(2025, 6, 1), today) and is_plausible(date(2030, 5, 1), today)
    assert not is_plausible(date(226, 5, 1), today) and not is_plausible(date(2062, 5, 1), today)

"""When the operator may be in the data of others: windows, ends and reasons."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.tenancy.visit_rules import EMERGENCY, LONGEST, REASON, WAITS, fits, is_open, tidy_reason

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTES = st.integers(-20_000, 20_000).map(lambda n: timedelta(minutes=n))


@given(MINUTES, MINUTES, st.none() | MINUTES)
def test_a_window_is_open_from_its_beginning_to_its_end_and_never_once_it_was_ended(
    since: timedelta, until: timedelta, ended: timedelta | None
) -> None:
    found = is_open(NOON + since, NOON + until, None if ended is None else NOON + ended, now=NOON)
    assert found == (ended is None and since <= timedelta(0) < until)


def test_what_nobody_agreed_to_is_no_window() -> None:
    assert not is_open(None, NOON, None, now=NOON - timedelta(1)) and not is_open(NOON, None, None, now=NOON)


@pytest.mark.parametrize(("after", "may"), [(timedelta(0), False), (timedelta(seconds=1), True), (LONGEST, True), (LONGEST * 1.01, False)])
def test_a_tenant_lets_the_operator_in_for_seven_days_at_most(after: timedelta, may: bool) -> None:
    assert fits(NOON + after, now=NOON) == may


def test_an_emergency_is_an_hour_and_waits_for_a_day() -> None:
    assert (timedelta(minutes=60), timedelta(hours=24)) == (EMERGENCY, WAITS) and timedelta(days=7) == LONGEST


@given(st.text(max_size=400))
def test_a_reason_is_one_line_that_names_no_address(text: str) -> None:
    found = tidy_reason(text)
    assert found == "" or (len(found) in REASON and "@" not in found and found.isprintable() and found == found.strip())


@pytest.mark.parametrize("text", ["", "too short", "x" * 301, "ask ann@example.org about it", " \n " * 20])
def test_what_is_no_reason(text: str) -> None:
    assert tidy_reason(text) == ""


def test_lines_become_one() -> None:
    assert tidy_reason(" The import\r\n stops\tat line 7 ") == "The import stops at line 7"

"""Codes of an app: each opens once, and what is said about a wrong clock helps nobody who guesses."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.totp import RECOGNISED, STEP, TOLERATED, Judged, code_of, judge

SECRET = b"twenty bytes of this"
NOW = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()) // STEP


@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 30)), max_size=40))
@pytest.mark.slow
def test_no_code_that_anything_was_said_about_opens_later(tries: list[tuple[int, int]]) -> None:
    """Somebody guesses codes of steps to come, is told how far the clock is off, waits, and tries again."""
    last, told, heard = -1, set[int](), set[int]()
    for waited, step in sorted(tries):
        found = judge(SECRET, code_of(SECRET, NOW + step), seconds=(NOW + waited) * STEP, last=last, told=told)
        if found.step is not None:
            assert found.step == NOW + step > last and NOW + step not in heard and abs(step - waited) <= TOLERATED
            last = found.step
        elif found != Judged():  # of one that lies further ahead nothing is said
            heard.add(NOW + step)
            told |= {found.told} if found.told is not None else set()


def test_a_code_that_came_too_early_is_remembered_and_one_that_came_too_late_need_not_be() -> None:
    for step in range(TOLERATED + 1, RECOGNISED + 1):
        early, late = (judge(SECRET, code_of(SECRET, NOW + sign * step), seconds=NOW * STEP, last=-1) for sign in (1, -1))
        assert early == Judged(off=step * STEP, told=NOW + step) and late == Judged(off=-step * STEP)

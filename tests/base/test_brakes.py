"""From which share on a mailing is warned about, slowed down, stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.brakes import Brake, Level, read_brake
from siegelpost.base.settings import Settings, SettingsWrong, read_settings

COMPLAINTS = read_brake("0.1/0.2/0.3@1000/3")
BOUNCES = read_brake("1@300/10")
counts = st.integers(0, 10**7)


@pytest.mark.parametrize(
    "cases, of, level",
    [
        (0, 0, Level.NONE), (0, 5_000, Level.NONE), (4, 5_000, Level.NONE), (5, 5_000, Level.WARN), (9, 5_000, Level.WARN),
        (10, 5_000, Level.SLOW), (14, 5_000, Level.SLOW), (15, 5_000, Level.STOP), (500, 5_000, Level.STOP),
        (3, 1_000, Level.STOP), (3, 999, Level.WARN), (2, 600, Level.WARN), (1, 10, Level.WARN), (2, 1_000, Level.WARN),
    ],
)  # fmt: skip
def test_complaints_act_from_a_thousand_messages_and_three_complaints(cases: int, of: int, level: Level) -> None:
    assert COMPLAINTS.judge(cases, of) is level


@pytest.mark.parametrize(
    "cases, of, level",
    [
        (10, 300, Level.STOP),
        (10, 1_000, Level.STOP),
        (10, 1_001, Level.NONE),
        (10, 299, Level.WARN),
        (9, 300, Level.WARN),
        (2, 300, Level.NONE),
    ],
)
def test_hard_bounces_stop_from_three_hundred_messages_and_ten_bounces(cases: int, of: int, level: Level) -> None:
    assert BOUNCES.judge(cases, of) is level


@given(st.sampled_from([COMPLAINTS, BOUNCES]), counts, counts, counts)
def test_more_cases_are_never_better_and_more_messages_with_as_many_cases_never_worse_once_it_acts(
    brake: Brake, cases: int, of: int, more: int
) -> None:
    level = brake.judge(cases, of)
    assert brake.judge(cases + more, of) >= level
    if of >= brake.of:
        assert brake.judge(cases, of + more) <= level


@given(st.sampled_from([COMPLAINTS, BOUNCES]), counts, counts)
def test_below_its_basis_nothing_more_than_a_warning_is_given(brake: Brake, cases: int, of: int) -> None:
    if of < brake.of or cases < brake.cases:
        assert brake.judge(cases, of) <= Level.WARN
    if not cases:
        assert brake.judge(cases, of) is Level.NONE


NO_BRAKES = (
    "", "1", "1@300", "0@300/10", "1@0/10", "1@300/0", "0.2/0.1/0.3@9/9", "0.1/0.1/0.3@9/9", "1/2@3/4", "-1@3/4", "1.2345@3/4", "x@3/4",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_BRAKES)
def test_other_texts_are_no_brakes(text: str) -> None:
    with pytest.raises(ValueError):
        read_brake(text)


@pytest.mark.parametrize("text", NO_BRAKES[1:])
def test_the_settings_refuse_what_is_no_brake(text: str) -> None:
    with pytest.raises(SettingsWrong):
        read_settings({"SIEGELPOST_BRAKE_COMPLAINTS": text})


def test_the_thresholds_are_settings() -> None:
    found = read_settings(
        {"SIEGELPOST_BRAKE_COMPLAINTS": "1/2/3@10/1", "SIEGELPOST_BRAKE_BOUNCES": "5/6/7@8/9", "SIEGELPOST_BRAKE_SLOW": "7"}
    )
    assert read_brake(found.brake_complaints).judge(1, 100) is Level.WARN
    assert read_brake(found.brake_complaints).judge(2, 100) is Level.SLOW
    assert (read_brake(found.brake_bounces), found.brake_slow) == (
        Brake(((Level.WARN, 5000), (Level.SLOW, 6000), (Level.STOP, 7000)), 8, 9),
        7,
    )
    usual = Settings(home=found.home)
    assert (read_brake(usual.brake_complaints), read_brake(usual.brake_bounces)) == (COMPLAINTS, BOUNCES)

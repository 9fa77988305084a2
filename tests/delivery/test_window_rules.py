"""Moments as people type them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.delivery.window_rules import moment

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2000, 1, 1)  # noqa: DTZ001 - as people type it
ZONES = st.sampled_from([BERLIN, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")])


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-12-01T09:00", 8),
        (" 2026-12-01 09:00 ", 8),
        ("2026-07-01T09:00:00", 7),
        ("2026-12-01T09:00Z", 9),
        ("2026-12-01T09:00-05:00", 14),
        ("2026-10-25T02:30", 0),  # comes twice: the first one
    ],
)
def test_a_time_counts_in_the_zone_or_by_its_own_offset(text: str, hour: int) -> None:
    found = moment(text, BERLIN)
    assert (found.hour, found.tzinfo) == (hour, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "tomorrow", "2026-12-01", "09:00", "2026-13-01T09:00", "2026-02-30T09:00", "2026-12-01T25:00", "2026-W49-2T09:00",
        "20261201T0900", "2026-03-29T02:30", "0001-01-01T00:00", "2026-12-01T09:00 Europe/Berlin", "٢٠٢٦-12-01T09:00",
        "2026-12-01T09:00+25:00",
    ],
)  # fmt: skip
def test_what_is_no_time_or_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text, BERLIN)


@given(st.datetimes(min_value=FIRST, max_value=FIRST.replace(year=2100)), ZONES)
def test_a_moment_is_shown_as_it_was_typed_or_refused(typed: datetime, zone: ZoneInfo) -> None:
    text = f"{typed:%Y-%m-%dT%H:%M:%S}"
    try:
        found = moment(text, zone)
    except ValueError:
        there = typed.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        assert f"{there:%Y-%m-%dT%H:%M:%S}" != text, "a time that exists was refused"
    else:
        assert f"{found.astimezone(zone):%Y-%m-%dT%H:%M:%S}" == text

"""Moments as people type them, and windows: compared with the clock on the wall, minute by minute, also when it is changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siegelpost.delivery import window_rules as rules
from siegelpost.delivery.window_rules import DAYS, Window, moment, read_window, window_text

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


MINUTE = timedelta(minutes=1)
NAMES = [name.title() for name in DAYS]
WINDOWS = st.builds(
    Window,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.integers(0, 95).map(lambda n: n * 15),
    st.integers(1, 96).map(lambda n: n * 15),
).filter(lambda window: window.start != window.end)
SPRING, AUTUMN = (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)), (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC))
NEAR = st.sampled_from(
    [
        SPRING,
        AUTUMN,
        (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 15, tzinfo=UTC)),  # the clocks move by half an hour
        (ZoneInfo("Africa/Cairo"), datetime(2026, 4, 23, 22, tzinfo=UTC)),  # at midnight
        (ZoneInfo("Asia/Kolkata"), datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ]
)


def minutes_of(windows: list[Window]) -> set[int]:
    """As one reads a calendar: the windows as the list of all their minutes, counted from Monday 0:00."""
    return {
        (day * 1440 + window.start + n) % (7 * 1440)
        for window in windows
        for day in window.days
        for n in range((window.end - window.start) % 1440 or 1440)
    }


def on_the_wall(minutes: set[int], now: datetime, zone: ZoneInfo) -> bool:
    """As one reads a clock: whether what it shows is one of these minutes."""
    there = now.astimezone(zone)
    return there.weekday() * 1440 + there.hour * 60 + there.minute in minutes


@given(st.lists(WINDOWS, min_size=1, max_size=2), NEAR, st.integers(-48 * 60, 48 * 60))
@example([Window((6,), 2 * 60 + 30, 4 * 60)], SPRING, -30)  # it opens when the clocks jump over its beginning
@example([Window((6,), 2 * 60 + 15, 2 * 60 + 45)], AUTUMN, -10)  # it opens twice in one night
@settings(max_examples=400)
@pytest.mark.slow
def test_windows_open_and_close_as_the_clock_on_the_wall_says(windows: list[Window], near: tuple[ZoneInfo, datetime], n: int) -> None:
    zone, change = near
    now = change + n * MINUTE
    minutes = minutes_of(windows)  # once: thousands of moments are looked up in it
    assert rules.is_open(windows, now, zone) == on_the_wall(minutes, now, zone)
    opens, closes = rules.opens_at(windows, now, zone), rules.closes_at(windows, now, zone)
    for found, wanted in ((opens, True), (closes or now + timedelta(days=14), False)):
        assert found >= now
        horizon = min(int((found - now) / MINUTE), 3 * 1440)
        early = [n for n in range(horizon) if on_the_wall(minutes, now + n * MINUTE, zone) is wanted]
        assert early == [], f"{windows} was already {wanted} {early[0]} minutes after {now}"
    assert on_the_wall(minutes, opens, zone)
    assert closes is None or not on_the_wall(minutes, closes, zone)


def test_without_windows_it_is_always_open() -> None:
    now = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert rules.is_open([], now, BERLIN) and rules.opens_at([], now, BERLIN) == now and rules.closes_at([], now, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mo-Fr 08:00-18:00", "Mo-Fr 08:00-18:00"),
        ("Montag-Freitag 8:00–18:00", "Mo-Fr 08:00-18:00"),
        ("Sat,Sun 10:00 - 24:00", "Sa-Su 10:00-24:00"),
        ("Di,Do 22:00-06:00", "Tu,Th 22:00-06:00"),
        ("Fr-Mo 00:00-01:00", "Mo,Fr-Su 00:00-01:00"),
        ("08:00-18:00", "08:00-18:00"),
        ("mo,We-th 09:30-09:45", "Mo,We-Th 09:30-09:45"),
    ],
)
def test_windows_are_read_in_both_languages(text: str, shown: str) -> None:
    found = read_window(text)
    assert window_text(found, NAMES) == shown
    assert read_window(shown) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "Mo-Fr", "Xx 08:00-18:00", "Mo 8-18", "Mo 08:00-08:00", "Mo 24:00-25:00", "Mo 08:60-09:00", "M 08:00-09:00",
        "Mo08:00-09:00", "Mo-Fr 08:00-18:00, Sa 10:00-12:00", "Mo- 08:00-09:00", "08:00-24:01",
    ],
)  # fmt: skip
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_window(text)


@given(WINDOWS)
@pytest.mark.slow
def test_a_window_that_is_shown_is_read_back(window: Window) -> None:
    assert read_window(window_text(window, NAMES)) == window


def test_the_next_day_begins_at_midnight_or_where_the_clocks_jump_over_it() -> None:
    assert rules.next_day(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), BERLIN) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    cairo = ZoneInfo("Africa/Cairo")
    begins = rules.next_day(datetime(2026, 4, 23, 20, tzinfo=UTC), cairo)
    assert f"{begins.astimezone(cairo):%d %H:%M}" == "24 01:00"

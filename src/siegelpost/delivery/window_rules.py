"""When mail may go out: moments as people type them, and windows of weekdays and hours. Pure.

Windows count in the wall clock of a time zone. In the hour that comes twice in autumn a window is open twice; what lies in
the hour that is jumped over in spring is not open on that day.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_WINDOW: Final = re.compile(r"(?:([^\W\d_,-]+(?:[-–,][^\W\d_,-]+)*)\s+)?(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)", re.ASCII)
DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
_GERMAN: Final = {"di": 1, "mi": 2, "do": 3, "so": 6}
DAY_MINUTES: Final = 24 * 60
AHEAD: Final = 16
"""Days to look ahead: a window of one weekday may fall into the hour that is jumped over, and comes again a week later."""


class Window(NamedTuple):
    """Weekdays (0 is Monday) and minutes of the day; a window whose end is not after its start reaches into the next day.

    start  0..1439
    end    0..1440
    """

    days: tuple[int, ...]
    start: int
    end: int


def moment(text: str, zone: tzinfo) -> datetime:
    """Read 2026-12-01T09:00 as a moment in UTC; it counts in `zone` where it brings no offset of its own.

    Of the hour that comes twice in autumn it is the first one. Raises ValueError for what is no date and time, and for a
    time that the clocks jump over in spring.
    """
    if not _MOMENT.fullmatch(text.strip()):
        raise ValueError("not a date and time")
    typed = datetime.fromisoformat(text.strip())
    if typed.tzinfo is not None:
        return typed.astimezone(UTC)
    try:
        found = typed.replace(tzinfo=zone).astimezone(UTC)
        there = found.astimezone(zone)
    except OverflowError:
        raise ValueError("outside all calendars") from None
    if there.replace(tzinfo=None) != typed:
        raise ValueError("the clocks jump over this time")
    return found


def read_window(text: str) -> Window:
    """Read "Mo-Fr 08:00-18:00", "Sat,Sun 10:00-12:00", "Di 22:00-06:00" or "08:00-18:00" (every day), in English or German.

    Raises ValueError for anything else.
    """
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        raise ValueError("not a window")
    days, *digits = found.groups()
    first_hour, first_minute, last_hour, last_minute = (int(one) for one in digits)
    start, end = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    if first_minute > 59 or last_minute > 59 or start >= DAY_MINUTES or end > DAY_MINUTES or start == end:
        raise ValueError("not a time of the day")
    return Window(_days(days) if days else tuple(range(7)), start, end)


def _days(text: str) -> tuple[int, ...]:
    chosen: set[int] = set()
    for part in text.replace("–", "-").split(","):
        first, _dash, last = part.partition("-")
        begin, end = _day(first), _day(last or first)
        chosen.update((begin + n) % 7 for n in range((end - begin) % 7 + 1))
    return tuple(sorted(chosen))


def _day(name: str) -> int:
    """A weekday by its first two letters; names are longer than that or end there."""
    short = name.lower()[:2]
    if len(name) < 2 or (short not in DAYS and short not in _GERMAN):
        raise ValueError("not a weekday")
    return _GERMAN[short] if short in _GERMAN else DAYS.index(short)


def window_text(window: Window, days: Sequence[str]) -> str:
    """A window as `read_window` reads it; `days` are seven names of weekdays from Monday on."""
    runs: list[list[int]] = []
    for day in window.days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [days[run[0]] if len(run) == 1 else f"{days[run[0]]}-{days[run[-1]]}" for run in runs]
    hours = "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (window.start, window.end))
    return hours if len(window.days) == 7 else f"{','.join(names)} {hours}"


def is_open(windows: Sequence[Window], now: datetime, zone: tzinfo) -> bool:
    """Whether something may begin at this moment; without windows always."""
    there = now.astimezone(zone)
    day, minute = there.weekday(), there.hour * 60 + there.minute
    return not windows or any(_holds(one, day, minute) for one in windows)


def _holds(window: Window, day: int, minute: int) -> bool:
    if window.start < window.end:
        return day in window.days and window.start <= minute < window.end
    return (day in window.days and minute >= window.start) or ((day - 1) % 7 in window.days and minute < window.end)


def opens_at(windows: Sequence[Window], now: datetime, zone: tzinfo) -> datetime:
    """The first moment from `now` on at which something may begin, in UTC."""
    if is_open(windows, now, zone):
        return now
    return next(one for one in _changes(windows, now, zone) if is_open(windows, one, zone))


def closes_at(windows: Sequence[Window], now: datetime, zone: tzinfo) -> datetime | None:
    """The first moment from `now` on at which nothing may begin, in UTC; None where that does not come within two weeks."""
    if not is_open(windows, now, zone):
        return now
    return next((one for one in _changes(windows, now, zone) if not is_open(windows, one, zone)), None)


def next_day(now: datetime, zone: tzinfo) -> datetime:
    """When the next day begins in `zone`, in UTC."""
    return _at(now.astimezone(zone).date() + timedelta(days=1), 0, zone, 0)


def _changes(windows: Sequence[Window], now: datetime, zone: tzinfo) -> list[datetime]:
    """Every moment after `now` at which a window may open or close, in order: its own ends, and when the clocks are changed."""
    first = now.astimezone(zone).date()
    minutes = {minute for one in windows for minute in (one.start, one.end)}
    found = set(_clock_changes(first, zone))
    for ahead in range(AHEAD):
        for minute in minutes:
            found.update(_at(first + timedelta(days=ahead), minute, zone, fold) for fold in (0, 1))
    return sorted(one for one in found if one > now)


def _clock_changes(first: date, zone: tzinfo) -> Iterator[datetime]:
    """Moments of the next days from which on the clocks show another offset."""
    for ahead in range(AHEAD):
        low, high = (_at(first + timedelta(days=n), 0, zone, 0) for n in (ahead, ahead + 1))
        before, after = (one.astimezone(zone).utcoffset() for one in (low, high))
        if before != after:
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
            yield high.replace(microsecond=0)


def _at(day: date, minute: int, zone: tzinfo, fold: int) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)

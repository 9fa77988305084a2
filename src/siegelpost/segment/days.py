"""Days that are counted from today."""

from calendar import isleap, monthrange
from datetime import date, timedelta

from siegelpost.segment.tree import Day, Relative


def day_of(day: Day, today: date) -> date:
    """Which day is meant; months and years end with the last day of a shorter month. The calendar ends with the years 1 and 9999."""
    if isinstance(day, date):
        return day
    try:
        return _moved(day, today)
    except (OverflowError, ValueError):
        return date.min if day.amount < 0 else date.max


def _moved(day: Relative, today: date) -> date:
    if day.unit in ("days", "weeks"):
        return today + timedelta(days=day.amount * (7 if day.unit == "weeks" else 1))
    months = today.year * 12 + today.month - 1 + day.amount * (12 if day.unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def spans_of_year(today: date, days: int) -> tuple[tuple[str, str], ...]:
    """From today on so many days, as spans of "MM-DD"; two where a year ends in between.

    Who was born on 29 February has the day before instead, where that day is missing.
    """
    last = today + timedelta(days=days)
    if days >= 365 or (last.year > today.year and last.strftime("%m-%d") >= today.strftime("%m-%d")):
        return (("01-01", "12-31"),)
    end = "02-29" if (last.month, last.day) == (2, 28) and not isleap(last.year) else last.strftime("%m-%d")
    if last.year == today.year:
        return ((today.strftime("%m-%d"), end),)
    return ((today.strftime("%m-%d"), "12-31"), ("01-01", end))

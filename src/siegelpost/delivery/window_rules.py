"""When mail may go out: moments as people type them. Pure."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


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

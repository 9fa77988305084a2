"""What a report about a domain's mail says, whatever its format. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

MAX_COUNT: Final = 10**9  # messages of one line; the largest senders of the world reach that in a day
MAX_SOURCES: Final = 500
MAX_AGE: Final = timedelta(days=30)
MAX_SPAN: Final = timedelta(days=8)  # most report about a day, some small receivers about a week
SKEW: Final = timedelta(days=1)  # clocks and time zones of others


@dataclass(frozen=True, slots=True)
class Line:
    """Messages with the same source and result; the words are those of `models.DomainReportLine`."""

    source: str
    result: str
    policy: str
    count: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One report.

    domain    whose policy was applied, in small letters
    reporter  name of the organisation that reports
    number    the reporter's own name for the report
    """

    domain: str
    reporter: str
    number: str
    begin: datetime
    end: datetime
    lines: tuple[Line, ...]

    def plausible(self, now: datetime) -> bool:
        """Whether it is about the last days, and says anything."""
        in_order = timedelta() <= self.end - self.begin <= MAX_SPAN
        return bool(self.lines and self.domain and self.number) and in_order and now - MAX_AGE <= self.begin and self.end <= now + SKEW

    def concerns(self, domain: str) -> bool:
        """Whether it is about `domain`, its parent or a name below: a policy of example.org holds for news.example.org."""
        return f".{domain}".endswith(f".{self.domain}") or self.domain.endswith(f".{domain}")


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines with the same source and result as one; sources beyond the 500 with the most messages together, without an address."""
    lines = [one for one in lines if 0 < one.count <= MAX_COUNT]
    by_source: Counter[str] = Counter()
    for one in lines:
        by_source[one.source] += one.count
    kept = {source for source, _count in by_source.most_common(MAX_SOURCES)}
    sums: Counter[tuple[str, str, str]] = Counter()
    for one in lines:
        sums[(one.source if one.source in kept else "", one.result, one.policy)] += one.count
    return tuple(Line(*same, count) for same, count in sorted(sums.items()))


def plain(text: str) -> str:
    """A name without what no name has: control characters, halves of letters; at most 255 characters."""
    return "".join(one for one in text[:255] if one.isprintable())


def moment(seconds: int) -> datetime:
    """A time in seconds since 1970. Raises ValueError far outside of our days."""
    if not 0 <= seconds < 1 << 33:
        raise ValueError("no time of our days")
    return datetime.fromtimestamp(seconds, UTC)

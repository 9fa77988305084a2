"""Read the input log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from siegelpost.base.sqlfile import sql
from siegelpost.evidence.input_switch import Span, spans
from siegelpost.evidence.inputs import KINDS
from siegelpost.tenancy.handle import TenantDB

PAGE: Final = 2_000
"""Entries read at a time: no statement stays open while somebody takes his time with the file."""
PAST: Final = "past the system"
"""Who acted, where the system knows nothing of it."""
ON: Final = "log_on"
OFF: Final = "log_off"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: moment (UTC, ms), one of KINDS or ON or OFF, whose record (None for the log itself), what of it, by whom, by what act."""

    at: datetime
    kind: str
    subscriber_id: int | None
    fields: str
    actor: str
    act: str


def read(tenant: TenantDB, since: datetime, until: datetime) -> Iterator[Line]:
    """The log from `since` to before `until` in its order, with every moment at which it was switched.

    Where it was off at the beginning, the first line says so: a gap shows in each file.
    """
    history = [one for one in spans(tenant) if one.at < until]
    earlier = [one for one in history if one.at < since]
    if not earlier:
        yield Line(since, OFF, None, "", "", "")
    elif not earlier[-1].active:
        yield _switched(earlier[-1], since)
    waiting = [one for one in history if one.at >= since]
    for entry in _entries(tenant, since, until):
        while waiting and waiting[0].at <= entry.at:
            yield _switched(waiting[0], waiting.pop(0).at)
        yield entry
    for one in waiting:
        yield _switched(one, one.at)


def newest(tenant: TenantDB, limit: int = 50) -> list[Line]:
    """The newest entries, the newest first."""
    with tenant.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM evidence_inputentry")
        last = int(cursor.fetchone()[0])
    found = _page(tenant, last - limit, datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), limit)
    return [line for _id, line in reversed(found)]


def _switched(span: Span, at: datetime) -> Line:
    return Line(at, ON if span.active else OFF, None, f"instruction:{span.instruction_id}", span.actor, "")


def _entries(tenant: TenantDB, since: datetime, until: datetime) -> Iterator[Line]:
    after = 0
    while page := _page(tenant, after, since, until, PAGE):
        after = page[-1][0]
        for _id, line in page:
            yield line


def _page(tenant: TenantDB, after: int, since: datetime, until: datetime, limit: int) -> list[tuple[int, Line]]:
    with tenant.cursor() as cursor:
        adapt = cursor.db.ops.adapt_datetimefield_value
        cursor.execute(
            sql("evidence", "input_page", tenant.vendor),
            {"after": after, "since": adapt(since), "until": adapt(until), "limit": limit},
        )
        rows = cursor.fetchall()
    return [
        (number, Line(moment(at), KINDS[kind], subscriber, fields, actor or PAST, act))
        for number, at, kind, subscriber, fields, actor, act in rows
    ]


def moment(at: datetime | str) -> datetime:
    """A moment as either database gives it, in UTC."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

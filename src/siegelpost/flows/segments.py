"""Segments: stored, changed, looked into. What a segment says is read against what the tenant has, as whoever asks may see it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from siegelpost.audience import segments as kept
from siegelpost.audience.errors import SegmentUnknown
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.delivery.reads import launch_days
from siegelpost.segment.check import check
from siegelpost.segment.compile import Moment, compiled
from siegelpost.segment.known import Known
from siegelpost.segment.parse import parse
from siegelpost.segment.show import show
from siegelpost.segment.tree import Node
from siegelpost.tenancy.handle import TenantDB

SHOWN: Final = 50
"""People of a segment that are shown at once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment as people read it.

    text   with the names that lists and segments have now
    version  another one after each change
    fault  what no longer fits, None where all does: then nobody is in it, and nothing is sent to it
    """

    id: int
    name: str
    text: str
    changed_at: datetime
    version: str
    fault: SiegelpostError | None


def segments(tenant: TenantDB, *, zone: str) -> list[Shown]:
    """All segments, by name."""
    known = known_of(tenant, zone=zone)
    return [_shown(one, known) for one in kept.segments_of(tenant)]


def segment(tenant: TenantDB, number: int, *, zone: str) -> Shown:
    """One of them. Raises SegmentUnknown."""
    return _shown(stored(tenant, number), known_of(tenant, zone=zone))


def number_of(tenant: TenantDB, name: str) -> int:
    """The number of the segment with this name. Raises SegmentUnknown."""
    found = next((one.id for one in kept.segments_of(tenant) if one.name == name.strip()), None)
    if found is None:
        raise SegmentUnknown
    return found


def stored(tenant: TenantDB, number: int) -> kept.SegmentView:
    """One of them as it is kept. Raises SegmentUnknown."""
    found = next((one for one in kept.segments_of(tenant) if one.id == number), None)
    if found is None:
        raise SegmentUnknown
    return found


def create(tenant: TenantDB, name: str, text: str, *, zone: str, actor: Actor, now: datetime) -> int:
    """Store a segment and return its number. Raises what `parse` and `check` raise, NameWrong, SegmentExists."""
    return kept.store_segment(tenant, name, _checked(tenant, text, zone), actor=actor, now=now)


def change(tenant: TenantDB, new: kept.Restated, *, zone: str, actor: Actor, now: datetime) -> bool:
    """Give a segment another name or condition, as it was typed; False where nothing differs.

    Raises what `parse` and `check` raise, and as `audience.segments.restate_segment`.
    """
    stored = replace(new, text=_checked(tenant, new.text, zone, own=new.number))
    return kept.restate_segment(tenant, stored, actor=actor, now=now)


def delete(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> None:
    """Forget a segment; others that are made of it say so from then on. Raises SegmentUnknown."""
    kept.delete_segment(tenant, number, actor=actor, now=now)


def count(tenant: TenantDB, text: str, *, zone: str, now: datetime) -> int:
    """How many people a condition fits at this moment. Raises what `parse` and `check` raise."""
    where, values = _where(tenant, text, zone, now)
    with tenant.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM audience_subscriber s WHERE {where}", values)  # noqa: S608 (built of our own words)
        return int(cursor.fetchone()[0])


def people(tenant: TenantDB, text: str, *, zone: str, now: datetime, most: int = SHOWN) -> list[int]:
    """Numbers of the people whom a condition fits, the newest first, at most so many. Raises as `count`."""
    where, values = _where(tenant, text, zone, now)
    with tenant.cursor() as cursor:
        statement = f"SELECT s.id FROM audience_subscriber s WHERE {where} ORDER BY s.id DESC LIMIT %s"  # noqa: S608
        cursor.execute(statement, [*values, most])
        return [number for (number,) in cursor.fetchall()]


def known_of(tenant: TenantDB, *, zone: str) -> Known:
    """What a segment may speak of here. A segment that cannot be read any more is as if it were not there."""
    stored = kept.segments_of(tenant)
    return Known(
        fields={one.alias: one.kind for one in fields_of(tenant)},
        lists=list_names(tenant),
        segments={one.id: node for one in stored if (node := _read(one.text)) is not None},
        names={one.id: one.name for one in stored},
        launched=launch_days(tenant, ZoneInfo(zone)),
    )


def _where(tenant: TenantDB, text: str, zone: str, now: datetime) -> tuple[str, list[Any]]:
    known = known_of(tenant, zone=zone)
    found = check(parse(text), known)
    local = now.astimezone(ZoneInfo(zone))
    where, values = compiled(found, known, Moment(local.date(), ZoneInfo(zone)), tenant.vendor)
    return where, list(values)


def _checked(tenant: TenantDB, text: str, zone: str, own: int | None = None) -> str:
    """As it is stored: numbers for names."""
    return show(check(parse(text), known_of(tenant, zone=zone), own=own))


def _read(text: str) -> Node | None:
    try:
        return parse(text)
    except SiegelpostError:
        return None


def _shown(one: kept.SegmentView, known: Known) -> Shown:
    try:
        node = check(parse(one.text), known, own=one.id)
    except SiegelpostError as fault:
        read = _read(one.text)
        text = show(read, lists=known.lists, segments=known.names) if read is not None else one.text
        return Shown(one.id, one.name, text, one.changed_at, one.version, fault)
    return Shown(one.id, one.name, show(node, lists=known.lists, segments=known.names), one.changed_at, one.version, None)

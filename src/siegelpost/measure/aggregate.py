"""From spool to counters: each finished file is added up once, whatever dies in between."""

from collections import Counter as Tally
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from django.db import Error as DatabaseError

from siegelpost.base.actor import Actor
from siegelpost.base.errors import NotFound, SiegelpostError
from siegelpost.base.sqlfile import sql
from siegelpost.delivery.reads import measured_at_least, measured_by_hour
from siegelpost.evidence.services import append
from siegelpost.measure.models import Counter, Frozen, Link, SpoolDone
from siegelpost.measure.policy import ANY_LINK, PIXEL
from siegelpost.measure.rules import K, least_for, quiet_before, speaks_of_few
from siegelpost.measure.spool import HOUR_SECONDS, Contents, hour_of, taken, waiting
from siegelpost.tenancy.handle import TenantDB

SALTS_DESTROYED: Final = "measure.salts_destroyed"

_log = structlog.get_logger()


@dataclass(slots=True)
class Aggregated:
    """What one call did: files added up and removed, lines counted, lines not understood, files left for later."""

    files: int = 0
    lines: int = 0
    skipped: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """One variant of which a file says something: its mailing, and whether people are estimated."""

    mailing: int
    people: bool


def hour_at(now: datetime) -> int:
    """Whole hours since 1970-01-01 00:00 UTC."""
    return int(now.timestamp() // HOUR_SECONDS)


def aggregate(home: Path, open_by_number: Callable[[int], TenantDB], *, now: datetime, at_once: bool = False) -> Aggregated:
    """Add finished spool files to the counters of their tenants; called by the worker twice a second.

    home            the data folder; the spool lies in `spool` there
    open_by_number  finds a tenant by its number; raises NotFound for one that is gone, whose lines are dropped
    at_once         read the current hour, too (environment "test")

    A file whose tenants cannot all be written stays and is tried again; those already written are marked and left out.
    """
    done = Aggregated()
    for path in waiting(home / "spool"):
        if hour_of(path) >= hour_at(now) and not at_once:
            continue
        with taken(path) as contents:
            if contents is None:
                continue
            if _add(contents, open_by_number, {each.name for each in waiting(home / "spool")}, few_count=at_once):
                path.unlink()
                done.files += 1
                done.lines += len(contents.hits)
                done.skipped += contents.skipped
            else:
                done.left += 1
    return done


def _add(contents: Contents, open_by_number: Callable[[int], TenantDB], existing: set[str], *, few_count: bool) -> bool:
    whole = True
    for number in sorted(contents.tenants):
        try:
            tenant = open_by_number(number)
            try:
                _add_for(tenant, contents, existing, few_count=few_count)
            finally:
                tenant.close()
        except NotFound:
            continue
        except (SiegelpostError, DatabaseError) as reason:
            _log.warning("measure.not_added", kind=type(reason).__name__)
            whole = False
    return whole


def _add_for(tenant: TenantDB, contents: Contents, existing: set[str], *, few_count: bool) -> None:
    """One tenant's lines and the mark that they are in, together or not at all.

    few_count  count what fewer than 20 people got, too (environment "test"); else such requests are dropped: the row of an
               hour in which fewer than 20 had the mailing would tell of those few, to whoever can read the table
    """
    known = _known(tenant, contents)
    end = (contents.hour + 1) * HOUR_SECONDS
    reached = {variant: measured_at_least(tenant, one.mailing, variant, K, before=end) for variant, one in known.items() if not few_count}
    few = {variant for variant, enough in reached.items() if not enough}
    lone = set() if few_count else _lone(tenant, contents, known, few)
    with tenant.atomic():
        if tenant.objects(SpoolDone).filter(name=contents.name).exists():
            return
        tenant.objects(SpoolDone).exclude(name__in=existing).delete()
        tenant.objects(SpoolDone).create(name=contents.name)
        _upsert(tenant, "count_hits", _hits(tenant.number, contents, few, lone))
        _upsert(tenant, "count_classes", _classes(tenant.number, contents, few))
        _upsert(tenant, "open_epoch", _epochs(tenant.number, contents, known, few))
        _upsert(tenant, "tell_people", _people(tenant, contents, known, few))
        if gone := contents.forgotten.get(tenant.number):
            details = {"variants": gone, "before_day": contents.day}
            at = datetime.fromtimestamp(contents.hour * HOUR_SECONDS, UTC)
            append(tenant, SALTS_DESTROYED, details=details, actor=Actor.system("edge"), at=at)


def _known(tenant: TenantDB, contents: Contents) -> dict[int, _Known]:
    variants = {
        one.variant for each in (contents.hits, contents.classes, contents.estimates) for one in each if one.tenant == tenant.number
    }
    mailings = dict(tenant.objects(Link).filter(variant_id__in=variants).values_list("variant_id", "mailing_id"))
    people = dict(tenant.objects(Frozen).filter(mailing_id__in=set(mailings.values())).values_list("mailing_id", "people"))
    return {variant: _Known(mailing, people.get(mailing, True)) for variant, mailing in mailings.items()}


def _lone(tenant: TenantDB, contents: Contents, known: Mapping[int, _Known], few: Container[int]) -> set[tuple[int, int]]:
    """Targets whose row of this hour would speak of the fewer than 20 who got the mailing in it, and of nobody else: they get none.

    So it is where messages that were tried again arrive one by one, long after the others were read.
    """
    found: set[tuple[int, int]] = set()
    asked = Tally((hit.variant, hit.position) for hit in contents.hits if hit.tenant == tenant.number)
    for variant in {variant for variant, _position in asked if variant in known and variant not in few}:
        arrived = measured_by_hour(tenant, known[variant].mailing, variant)
        if not 0 < arrived.get(contents.hour, 0) < K:
            continue
        for position in (position for one, position in asked if one == variant):
            before = dict(tenant.objects(Counter).filter(variant_id=variant, position=position).values_list("hour", "n"))
            if speaks_of_few(arrived[contents.hour], asked[variant, position], quiet_before(contents.hour, 1, arrived, before)):
                found.add((variant, position))
    return found


def _upsert(tenant: TenantDB, statement: str, rows: list[tuple[object, ...]]) -> None:
    """Rows come sorted, so that row ids say nothing about the order of requests."""
    if rows:
        with tenant.cursor() as cursor:
            cursor.executemany(sql("measure", statement, tenant.vendor), rows)


def _hits(number: int, contents: Contents, few: Container[int], lone: Container[tuple[int, int]]) -> list[tuple[object, ...]]:
    counted = Tally((hit.variant, hit.position) for hit in contents.hits if hit.tenant == number and hit.variant not in few)
    return [(*target, contents.hour, n) for target, n in sorted(counted.items()) if target not in lone]


def _classes(number: int, contents: Contents, few: Container[int]) -> list[tuple[object, ...]]:
    return sorted(
        (told.variant, told.what, told.name, told.n) for told in contents.classes if told.tenant == number and told.variant not in few
    )


def _epochs(number: int, contents: Contents, known: Mapping[int, _Known], few: Container[int]) -> list[tuple[object, ...]]:
    asked = {(hit.variant, hit.position) for hit in contents.hits if hit.tenant == number and hit.variant not in few}
    asked = {(variant, position) for variant, position in asked if variant not in known or known[variant].people}
    asked |= {(variant, ANY_LINK) for variant, position in asked if position != PIXEL}
    return [(variant, position, contents.epoch, contents.day) for variant, position in sorted(asked)]


def _people(tenant: TenantDB, contents: Contents, known: Mapping[int, _Known], few: Container[int]) -> list[tuple[object, ...]]:
    """What the edge told; an estimate that leaves fewer than 20 alone is not written down, for it would tell of nearly everybody."""
    told = {
        (line.variant, line.position): line.people
        for line in contents.estimates
        if line.tenant == tenant.number and line.variant not in few
    }
    return [
        (variant, position, contents.epoch, contents.day, people if _may_be_kept(tenant, known.get(variant), variant, people) else None)
        for (variant, position), people in sorted(told.items())
    ]


def _may_be_kept(tenant: TenantDB, known: _Known | None, variant: int, people: int) -> bool:
    return known is None or measured_at_least(tenant, known.mailing, variant, least_for(people))

"""From spool to counters: each finished file is added up once, whatever dies in between."""

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.db import Error as DatabaseError

from siegelpost.base.errors import NotFound, SiegelpostError
from siegelpost.base.sqlfile import sql
from siegelpost.measure.devices import BOT
from siegelpost.measure.models import SpoolDone
from siegelpost.measure.policy import ANY_LINK, PIXEL
from siegelpost.measure.spool import HOUR_SECONDS, Contents, hour_of, taken, waiting
from siegelpost.tenancy.handle import TenantDB

_log = structlog.get_logger()


@dataclass(slots=True)
class Aggregated:
    """What one call did: files added up and removed, lines counted, lines not understood, files left for later."""

    files: int = 0
    lines: int = 0
    skipped: int = 0
    left: int = 0


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
            if _add(contents, open_by_number, {each.name for each in waiting(home / "spool")}):
                path.unlink()
                done.files += 1
                done.lines += len(contents.hits)
                done.skipped += contents.skipped
            else:
                done.left += 1
    return done


def _add(contents: Contents, open_by_number: Callable[[int], TenantDB], existing: set[str]) -> bool:
    whole = True
    numbers = {hit.tenant for hit in contents.hits} | {line.tenant for line in contents.devices}
    numbers |= {line.tenant for line in contents.estimates}
    for number in sorted(numbers):
        try:
            tenant = open_by_number(number)
            try:
                _add_for(tenant, contents, existing)
            finally:
                tenant.close()
        except NotFound:
            continue
        except (SiegelpostError, DatabaseError) as reason:
            _log.warning("measure.not_added", kind=type(reason).__name__)
            whole = False
    return whole


def _add_for(tenant: TenantDB, contents: Contents, existing: set[str]) -> None:
    """One tenant's lines and the mark that they are in, together or not at all."""
    with tenant.atomic():
        if tenant.objects(SpoolDone).filter(name=contents.name).exists():
            return
        tenant.objects(SpoolDone).exclude(name__in=existing).delete()
        tenant.objects(SpoolDone).create(name=contents.name)
        _upsert(tenant, "count_hits", _hits(tenant.number, contents))
        _upsert(tenant, "count_devices", _devices(tenant.number, contents))
        _upsert(tenant, "open_epoch", _epochs(tenant.number, contents))
        _upsert(tenant, "tell_people", _people(tenant.number, contents))


def _upsert(tenant: TenantDB, statement: str, rows: list[tuple[object, ...]]) -> None:
    """Rows come sorted, so that row ids say nothing about the order of requests."""
    if rows:
        with tenant.cursor() as cursor:
            cursor.executemany(sql("measure", statement, tenant.vendor), rows)


def _hits(number: int, contents: Contents) -> list[tuple[object, ...]]:
    counted = Tally((hit.variant, hit.position) for hit in contents.hits if hit.tenant == number and hit.device != BOT)
    return [(variant, position, contents.hour, n) for (variant, position), n in sorted(counted.items())]


def _devices(number: int, contents: Contents) -> list[tuple[object, ...]]:
    return sorted((told.variant, told.device, told.n) for told in contents.devices if told.tenant == number)


def _epochs(number: int, contents: Contents) -> list[tuple[object, ...]]:
    people = {(hit.variant, hit.position) for hit in contents.hits if hit.tenant == number and hit.device != BOT}
    people |= {(variant, ANY_LINK) for variant, position in people if position != PIXEL}
    return [(variant, position, contents.epoch) for variant, position in sorted(people)]


def _people(number: int, contents: Contents) -> list[tuple[object, ...]]:
    told = {(line.variant, line.position): line.people for line in contents.estimates if line.tenant == number}
    return [(variant, position, contents.epoch, people) for (variant, position), people in sorted(told.items())]

"""From the edge to the table: a request is a person's only where key, instruction and consent all say so, at that moment and now.

Everything else names nobody and leaves a number: how many requests of a mailing were refused.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.db import Error as DatabaseError

from siegelpost.base.errors import NotFound, SiegelpostError
from siegelpost.base.sqlfile import sql
from siegelpost.consent.purposes import measured_at
from siegelpost.delivery.personal import key_of
from siegelpost.delivery.personal_links import Key
from siegelpost.measure.models import Link
from siegelpost.measure.singly.models import Taken
from siegelpost.measure.singly.spool import MINUTE, Line, taken, waiting
from siegelpost.sign.pseudonyms import person_of
from siegelpost.tenancy.handle import TenantDB

_log = structlog.get_logger()
_MINUTE = timedelta(seconds=MINUTE)

Target = tuple[int, int, int, int]
"""Mailing, variant, position, person."""


@dataclass(slots=True)
class _Sorted:
    """Requests of one file: of whom, and how many of each mailing were nobody's."""

    named: dict[Target, list[int]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[int] = field(default_factory=Counter)


def take_in(home: Path, open_by_number: Callable[[int], TenantDB]) -> int:
    """Take in finished files; called by the worker twice a second. Returns how many were.

    A file whose tenants cannot all be written stays and is tried again; those already written are marked and left out.
    """
    folder, done = home / "spool", 0
    for path in waiting(folder):
        with taken(path) as lines:
            if lines is not None and _take(path.name, lines, open_by_number, [one.name for one in waiting(folder)]):
                path.unlink()
                done += 1
    return done


def _take(name: str, lines: Collection[Line], open_by_number: Callable[[int], TenantDB], existing: Collection[str]) -> bool:
    whole = True
    for number in sorted({one.tenant for one in lines}):
        try:
            tenant = open_by_number(number)
            try:
                _take_for(tenant, name, [one for one in lines if one.tenant == number], existing)
            finally:
                tenant.close()
        except NotFound:
            continue
        except (SiegelpostError, DatabaseError) as reason:
            _log.warning("measure.not_taken_in", kind=type(reason).__name__)
            whole = False
    return whole


def _take_for(tenant: TenantDB, name: str, lines: Collection[Line], existing: Collection[str]) -> None:
    with tenant.atomic():
        if tenant.objects(Taken).filter(name=name).exists():
            return
        tenant.objects(Taken).exclude(name__in=existing).delete()
        tenant.objects(Taken).create(name=name)
        found = _sort(tenant, lines)  # inside: who withdraws at this moment does so before or after, never in between
        with tenant.cursor() as cursor:
            rows = [(*target, len(at), _moment(min(at)), _moment(max(at))) for target, at in sorted(found.named.items())]
            adapt = cursor.db.ops.adapt_datetimefield_value
            statement = sql("measure", "take_in", tenant.vendor)
            for row in rows:
                cursor.execute(statement, (*row[:5], adapt(row[5]), adapt(row[6])))
            for refused in sorted(found.refused.items()):
                cursor.execute(sql("measure", "refuse", tenant.vendor), refused)


def _sort(tenant: TenantDB, lines: Collection[Line]) -> _Sorted:
    mailings = dict(tenant.objects(Link).filter(variant_id__in={one.variant for one in lines}).values_list("variant_id", "mailing_id"))
    keys = {mailing: key_of(tenant, mailing) for mailing in set(mailings.values())}
    told = [(one, mailings[one.variant]) for one in lines if one.variant in mailings]
    people = {one: _person(keys[mailing], one) for one, mailing in told}
    since = measured_at(tenant, {person for person in people.values() if person is not None})
    found = _Sorted()
    for one, mailing in told:
        person = people[one]
        if person is not None and _agreed(since, person, one.minute):
            found.named[mailing, one.variant, one.position, person].append(one.minute)
        else:
            found.refused[mailing] += 1
    return found


def _person(key: Key | None, one: Line) -> int | None:
    """Whose request it is; nobody's once the instruction is over or the key is gone."""
    return person_of(key.secret, key.mailing_id, one.block) if key is not None and one.minute * MINUTE < key.until else None


def _agreed(since: Mapping[int, datetime], person: int, minute: int) -> bool:
    """Whether the consent that runs now ran then, too: what lies between withdrawing and agreeing again is nobody's."""
    return person in since and since[person] < _moment(minute) + _MINUTE


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * MINUTE, UTC)

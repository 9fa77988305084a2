"""What was a person's becomes a part of the totals, for good, or is deleted where too few others were.

A part is folded in a transaction of its own: whatever is killed in between, each request is either still its person's, or counted.
"""

from collections import Counter as Tally
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.sqlfile import sql
from siegelpost.consent.purposes import measured_at
from siegelpost.delivery.reads import measured_at_least, measured_by_hour
from siegelpost.measure.rules import K
from siegelpost.measure.singly.models import Event
from siegelpost.tenancy.handle import TenantDB

PART = 500
"""Rows of one transaction: some milliseconds."""


@dataclass(slots=True)
class Folded:
    """Rows of people that are gone, requests in them, and how many of these were counted without anybody."""

    rows: int = 0
    requests: int = 0
    counted: int = 0


def fold_people(tenant: TenantDB, people: Collection[int]) -> Folded:
    """Fold all of some people; inside or outside of a transaction."""
    done = Folded()
    while numbers := list(tenant.objects(Event).filter(subscriber_id__in=list(people)).order_by("pk").values_list("pk", flat=True)[:PART]):
        _fold(tenant, numbers, done)
    return done


def fold_everything(tenant: TenantDB) -> Folded:
    """Fold whatever there is, part by part; goes on where it was killed."""
    done = Folded()
    while numbers := list(tenant.objects(Event).order_by("pk").values_list("pk", flat=True)[:PART]):
        _fold(tenant, numbers, done)
    return done


def fold_old(tenant: TenantDB, *, before: datetime) -> Folded:
    """Fold what happened last before that moment."""
    done = Folded()
    while numbers := list(tenant.objects(Event).filter(last_at__lt=before).order_by("pk").values_list("pk", flat=True)[:PART]):
        _fold(tenant, numbers, done)
    return done


def fold_unconsented(tenant: TenantDB) -> Folded:
    """Fold whatever belongs to people who do not agree any more, by whatever way their consent ended."""
    done, last = Folded(), 0
    rows = tenant.objects(Event).order_by("subscriber_id").values_list("subscriber_id", flat=True).distinct()
    while people := list(rows.filter(subscriber_id__gt=last)[:PART]):
        last = people[-1]
        gone = set(people) - set(measured_at(tenant, people))
        if gone:
            part = fold_people(tenant, gone)
            done = Folded(done.rows + part.rows, done.requests + part.requests, done.counted + part.counted)
    return done


def _fold(tenant: TenantDB, numbers: Collection[int], done: Folded) -> None:
    with tenant.atomic():
        rows = list(tenant.objects(Event).select_for_update().filter(pk__in=numbers))
        asked = Tally[tuple[int, int, int]]()
        for row in rows:
            asked[row.mailing_id, row.variant_id, row.position] += row.n
        counted = 0
        for (mailing, variant, position), n in sorted(asked.items()):
            hour = _fullest_hour(tenant, mailing, variant)
            if hour is not None:
                with tenant.cursor() as cursor:
                    cursor.execute(sql("measure", "count_hits", tenant.vendor), (variant, position, hour, n))
                counted += n
        tenant.objects(Event).filter(pk__in=[row.pk for row in rows]).delete()
    done.rows += len(rows)
    done.requests += sum(asked.values())
    done.counted += counted


def _fullest_hour(tenant: TenantDB, mailing: int, variant: int) -> int | None:
    """The hour in which most others got it, 20 of them at least: when somebody did it is forgotten, too. None where they were fewer.

    Source: WP 216; a counter to which one person is added must not tell of that person.
    """
    if not measured_at_least(tenant, mailing, variant, K):
        return None
    arrived = measured_by_hour(tenant, mailing, variant)
    hour = max(arrived, key=lambda one: (arrived[one], -one), default=None)
    return hour if hour is not None and arrived[hour] >= K else None

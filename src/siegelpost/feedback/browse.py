"""Bounces as a table shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from siegelpost.feedback.models import BounceCount, Event, ReturnedText
from siegelpost.feedback.rules import BOUNCES
from siegelpost.tenancy.handle import TenantDB

KINDS = tuple(sorted(one.value for one in BOUNCES))


@dataclass(frozen=True, slots=True)
class BounceLine:
    """One bounce.

    kind           a Verdict of `rules.BOUNCES`
    subscriber_id  None where the person was erased
    code           enhanced status or reply code, "" where none was said
    written        whether the other server's text is kept
    """

    id: int
    kind: str
    mailing_id: int
    subscriber_id: int | None
    code: str
    at: datetime
    written: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """Which bounces; None and "" stand for any."""

    kind: str = ""
    mailing_id: int | None = None
    subscriber_id: int | None = None


def page_of_bounces(tenant: TenantDB, wish: Wish, *, offset: int, limit: int) -> tuple[list[BounceLine], int]:
    """Some bounces, the newest first, and how many there are in all."""
    rows = tenant.objects(Event).filter(kind__in=[wish.kind] if wish.kind in KINDS else KINDS)
    if wish.mailing_id is not None:
        rows = rows.filter(mailing_id=wish.mailing_id)
    if wish.subscriber_id is not None:
        rows = rows.filter(subscriber_id=wish.subscriber_id)
    return list(_lines(tenant, rows.order_by("-at", "-pk")[offset : offset + limit])), rows.count()


def bounce_line(tenant: TenantDB, event_id: int) -> BounceLine | None:
    """One bounce, None where there is none of this number."""
    return next(iter(_lines(tenant, tenant.objects(Event).filter(pk=event_id, kind__in=KINDS))), None)


def in_a_row(tenant: TenantDB, key: bytes) -> int:
    """How many hard bounces in a row an address has had."""
    row = tenant.objects(BounceCount).filter(key=key).first()
    return row.hard_in_a_row if row else 0


def _lines(tenant: TenantDB, rows: QuerySet[Event]) -> Iterable[BounceLine]:
    kept = tenant.objects(ReturnedText).filter(pk=OuterRef("pk"))
    found = rows.annotate(written=Exists(kept)).values_list("pk", "kind", "mailing_id", "subscriber_id", "code", "at", "written")
    return (BounceLine(*one) for one in found)

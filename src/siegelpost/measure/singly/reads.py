"""Read what is stored about single people who agreed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from siegelpost.consent.purposes import measured_at
from siegelpost.measure.models import Link
from siegelpost.measure.policy import PIXEL
from siegelpost.measure.singly.models import Event, Refused
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Did:
    """One person opened a mailing (`url` is ""), or followed a link of it."""

    mailing_id: int
    url: str
    n: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """People who agreed and opened or clicked, and how often together; requests that named nobody any more."""

    openers: int = 0
    opens: int = 0
    clickers: int = 0
    clicks: int = 0
    refused: int = 0


def history(tenant: TenantDB, subscriber_id: int) -> list[Did]:
    """What one person did, the newest first; nothing without a consent that runs now."""
    if not measured_at(tenant, [subscriber_id]):
        return []
    rows = list(tenant.objects(Event).filter(subscriber_id=subscriber_id).order_by("-last_at", "pk"))
    places = tenant.objects(Link).filter(variant_id__in={row.variant_id for row in rows}).values_list("variant_id", "position", "url")
    urls = {(variant, position): url for variant, position, url in places}
    return [Did(row.mailing_id, urls.get((row.variant_id, row.position), ""), row.n, row.first_at, row.last_at) for row in rows]


def totals(tenant: TenantDB, mailing_id: int) -> Totals:
    """Of one mailing, over everybody who agreed."""
    rows = tenant.objects(Event).filter(mailing_id=mailing_id)
    opened = rows.filter(position=PIXEL).aggregate(people=Count("subscriber_id", distinct=True), n=Sum("n"))
    clicked = rows.exclude(position=PIXEL).aggregate(people=Count("subscriber_id", distinct=True), n=Sum("n"))
    refused = tenant.objects(Refused).filter(mailing_id=mailing_id).values_list("n", flat=True).first()
    return Totals(opened["people"], opened["n"] or 0, clicked["people"], clicked["n"] or 0, refused or 0)


def stored(tenant: TenantDB) -> int:
    """Rows about people."""
    return tenant.objects(Event).count()


def people_stored(tenant: TenantDB) -> set[int]:
    """Of whom something is stored."""
    return set(tenant.objects(Event).order_by().values_list("subscriber_id", flat=True).distinct())


def oldest(tenant: TenantDB) -> datetime | None:
    """When the row was last added to that waits longest."""
    return tenant.objects(Event).order_by("last_at").values_list("last_at", flat=True).first()

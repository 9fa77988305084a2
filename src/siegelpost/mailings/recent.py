"""The latest mailings, for the overview."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from siegelpost.mailings.browse import Standing
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.state import ENDED, LAUNCHED, PAUSED
from siegelpost.tenancy.handle import TenantDB

FIELDS = ("id", "name", "state", "pause_reason", "launched_at", "finished_at")


def underway(tenant: TenantDB) -> list[Standing]:
    """Mailings that are being prepared or sent, or are paused; the latest first."""
    rows = tenant.objects(Mailing).filter(state__in=(*LAUNCHED, PAUSED)).order_by("-launched_at", "-pk")
    return [Standing(*row) for row in rows.values_list(*FIELDS)]


def launched_since(tenant: TenantDB, since: datetime) -> list[int]:
    """Ids of the mailings that were launched since then."""
    return list(tenant.objects(Mailing).filter(launched_at__gte=since).order_by("pk").values_list("pk", flat=True))


def begun_since(tenant: TenantDB, since: datetime) -> list[Standing]:
    """Mailings that were launched since then, and those that go out although nobody launched them."""
    states = (*LAUNCHED, PAUSED, *ENDED)
    rows = tenant.objects(Mailing).filter(Q(launched_at__gte=since) | Q(launched_at__isnull=True, state__in=states))
    return [Standing(*row) for row in rows.order_by("pk").values_list(*FIELDS)]


def going_out_since(tenant: TenantDB, since: datetime) -> list[int]:
    """Ids of the mailings of which anything may have gone out since then."""
    rows = tenant.objects(Mailing).filter(launched_at__isnull=False).exclude(finished_at__lt=since)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def latest(tenant: TenantDB, limit: int) -> list[Standing]:
    """The mailings that were launched last, the latest first."""
    rows = tenant.objects(Mailing).filter(launched_at__isnull=False).order_by("-launched_at", "-pk")
    return [Standing(*row) for row in rows.values_list(*FIELDS)[:limit]]


def standings(tenant: TenantDB, mailing_ids: Collection[int]) -> list[Standing]:
    """Where these mailings stand; those that are gone are left out."""
    return [Standing(*row) for row in tenant.objects(Mailing).filter(pk__in=mailing_ids).order_by("pk").values_list(*FIELDS)]


def any_written(tenant: TenantDB) -> bool:
    """Whether there is a mailing at all."""
    return tenant.objects(Mailing).exists()


def modes_written(tenant: TenantDB) -> dict[str, int]:
    """How many mailings, drafts too, ask for each way of measuring."""
    return dict(Counter(tenant.objects(Mailing).values_list("measure", flat=True)))

"""What was counted, before any rule decides what may be shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Sum

from siegelpost.measure.devices import PROXY, UNKNOWN
from siegelpost.measure.models import Counter, DeviceCounter, Link, Unique
from siegelpost.measure.policy import ANY_LINK, PIXEL
from siegelpost.measure.rules import Counted
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """What one variant's targets were asked for.

    links  (address as written, what was counted), in the order of the template
    """

    variant_id: int
    opens: Counted
    any_link: Counted
    links: tuple[tuple[str, Counted], ...] = field(default=())


def targets(tenant: TenantDB) -> list[tuple[int, int, str]]:
    """All measured targets of a tenant as (variant id, position, address as written)."""
    return list(tenant.objects(Link).values_list("variant_id", "position", "url"))


def figures(tenant: TenantDB, mailing_id: int, *, before_hour: int) -> list[VariantFigures]:
    """What was counted for each variant of a mailing in hours before `before_hour` (hours since 1970, UTC).

    Empty where nothing is measured. Estimates of people have no hours: they are as new as the counters.
    """
    urls: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for variant, place, url in (
        tenant.objects(Link).filter(mailing_id=mailing_id).order_by("variant_id", "position").values_list("variant_id", "position", "url")
    ):
        urls[variant].append((place, url))
    totals = _totals(tenant, list(urls), before_hour)
    estimates = _estimates(tenant, list(urls))
    proxied = _behind_proxies(tenant, list(urls))

    def counted(variant: int, place: int, hits: int, by_proxy: int = 0) -> Counted:
        return Counted(hits, tuple(estimates[variant, place]), by_proxy)

    return [
        VariantFigures(
            variant_id=variant,
            opens=counted(variant, PIXEL, totals[variant, PIXEL], proxied[variant]),
            any_link=counted(variant, ANY_LINK, sum(totals[variant, place] for place, _url in places if place != PIXEL)),
            links=tuple((url, counted(variant, place, totals[variant, place])) for place, url in places if place != PIXEL),
        )
        for variant, places in urls.items()
    ]


def _totals(tenant: TenantDB, variants: list[int], before_hour: int) -> dict[tuple[int, int], int]:
    rows = (
        tenant.objects(Counter)
        .filter(variant_id__in=variants, hour__lt=before_hour)
        .values_list("variant_id", "position")
        .annotate(total=Sum("n"))
        .order_by()
    )
    return defaultdict(int, {(variant, place): total for variant, place, total in rows})


def _behind_proxies(tenant: TenantDB, variants: list[int]) -> dict[int, int]:
    """Opens that may have come through image proxies: those of unknown class, too, since small classes hide there."""
    rows = tenant.objects(DeviceCounter).filter(variant_id__in=variants, device__in=(PROXY, UNKNOWN)).values_list("variant_id")
    return defaultdict(int, dict(rows.annotate(total=Sum("n")).order_by()))


def _estimates(tenant: TenantDB, variants: list[int]) -> dict[tuple[int, int], list[int | None]]:
    found: dict[tuple[int, int], list[int | None]] = defaultdict(list)
    for variant, place, estimate in (
        tenant.objects(Unique).filter(variant_id__in=variants).order_by("epoch").values_list("variant_id", "position", "estimate")
    ):
        found[variant, place].append(estimate)
    return found


def by_hour(tenant: TenantDB, variant_ids: Sequence[int], *, before_hour: int) -> dict[tuple[int, bool], dict[int, int]]:
    """Requests as (variant, whether it is the pixel) -> hour -> requests, in hours before `before_hour`; links are added up."""
    found: dict[tuple[int, bool], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = tenant.objects(Counter).filter(variant_id__in=list(variant_ids), hour__lt=before_hour)
    for variant, place, hour, n in rows.values_list("variant_id", "position", "hour", "n"):
        found[variant, place == PIXEL][hour] += n
    return {key: dict(hours) for key, hours in found.items()}


def devices(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """Opens by class of device, the most first; a class that fewer than 20 people use counts as unknown (`uniques`)."""
    variants = tenant.objects(Link).filter(mailing_id=mailing_id).values_list("variant_id", flat=True).distinct()
    rows = tenant.objects(DeviceCounter).filter(variant_id__in=list(variants)).values_list("device").annotate(total=Sum("n"))
    return dict(rows.order_by("-total", "device"))

"""What was counted, before any rule decides what may be shown."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum

from siegelpost.measure.devices import PROXY, UNKNOWN
from siegelpost.measure.models import ClassCounter, Counter, Frozen, Link, Overlap, SpoolDone, Unique
from siegelpost.measure.policy import ANY_LINK, PIXEL
from siegelpost.measure.rules import Counted
from siegelpost.measure.spool import DEVICE, FAMILY, FOLLOWED, MACHINE
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """What one variant's targets were asked for.

    links     (address as written, what was counted), in the order of the template
    machines  opens by programs, which are not among `opens`
    followed  links that programs followed, which are not among `any_link`
    """

    variant_id: int
    opens: Counted
    any_link: Counted
    links: tuple[tuple[str, Counted], ...] = field(default=())
    machines: Counted = field(default=Counted(0, estimated=False))
    followed: Counted = field(default=Counted(0, estimated=False))


@dataclass(frozen=True, slots=True)
class Decided:
    """How a mailing is measured, as it was frozen at its launch (`models.Frozen`)."""

    mode: str
    people: bool
    why: Mapping[str, Any]


def decided(tenant: TenantDB, mailing_id: int) -> Decided | None:
    """What was frozen; None before the launch, and for mailings from before it was kept."""
    row = tenant.objects(Frozen).filter(mailing_id=mailing_id).first()
    return Decided(row.mode, row.people, row.why) if row else None


def variants(tenant: TenantDB) -> dict[int, tuple[int, bool]]:
    """Variant -> its mailing, and whether its people are estimated."""
    people = dict(tenant.objects(Frozen).values_list("mailing_id", "people"))
    rows = tenant.objects(Link).order_by().values_list("variant_id", "mailing_id").distinct()
    return {variant: (mailing, people.get(mailing, True)) for variant, mailing in rows}


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
    variants = list(urls)
    totals, estimates = _totals(tenant, variants, before_hour), _estimates(tenant, variants)
    proxied = _of_classes(tenant, variants, DEVICE, (PROXY, UNKNOWN))  # those of unknown class, too: small classes hide there
    machines, followed = (_of_classes(tenant, variants, what) for what in (MACHINE, FOLLOWED))
    found = decided(tenant, mailing_id)
    by_people = found is None or found.people

    def counted(variant: int, place: int, hits: int, by_proxy: int = 0) -> Counted:
        return Counted(hits, _by_day(estimates[variant, place]), by_proxy, by_people)

    return [
        VariantFigures(
            variant_id=variant,
            opens=counted(variant, PIXEL, totals[variant, PIXEL], proxied[variant]),
            any_link=counted(variant, ANY_LINK, sum(totals[variant, place] for place, _url in places if place != PIXEL)),
            links=tuple((url, counted(variant, place, totals[variant, place])) for place, url in places if place != PIXEL),
            machines=Counted(machines[variant], estimated=False),
            followed=Counted(followed[variant], estimated=False),
        )
        for variant, places in urls.items()
    ]


def _by_day(told: Sequence[tuple[int, int | None]]) -> tuple[int | None, ...]:
    """One estimate per day; None for a day on which two processes counted: with different salts, whoever came twice counts twice."""
    days: dict[int, list[int | None]] = defaultdict(list)
    for day, estimate in told:
        days[day].append(estimate)
    return tuple(one[0] if len(one) == 1 else None for _day, one in sorted(days.items()))


def _totals(tenant: TenantDB, variants: list[int], before_hour: int) -> dict[tuple[int, int], int]:
    rows = (
        tenant.objects(Counter)
        .filter(variant_id__in=variants, hour__lt=before_hour)
        .values_list("variant_id", "position")
        .annotate(total=Sum("n"))
        .order_by()
    )
    return defaultdict(int, {(variant, place): total for variant, place, total in rows})


def _of_classes(tenant: TenantDB, variants: list[int], what: str, names: Sequence[str] = ()) -> dict[int, int]:
    """Variant -> requests by these classes, by all of them where none is named."""
    rows = tenant.objects(ClassCounter).filter(variant_id__in=variants, what=what)
    rows = rows.filter(name__in=names) if names else rows
    return defaultdict(int, dict(rows.values_list("variant_id").annotate(total=Sum("n")).order_by()))


def _estimates(tenant: TenantDB, variants: list[int]) -> dict[tuple[int, int], list[tuple[int, int | None]]]:
    found: dict[tuple[int, int], list[tuple[int, int | None]]] = defaultdict(list)
    for variant, place, day, estimate in (
        tenant.objects(Unique)
        .filter(variant_id__in=variants)
        .order_by("day", "epoch")
        .values_list("variant_id", "position", "day", "estimate")
    ):
        found[variant, place].append((day, estimate))
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
    return _classes(tenant, mailing_id, DEVICE)


def families(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """Opens by family of mail clients, the most first; a family that fewer than 20 people use counts as other (`uniques`)."""
    return _classes(tenant, mailing_id, FAMILY)


def _classes(tenant: TenantDB, mailing_id: int, what: str) -> dict[str, int]:
    variants = tenant.objects(Link).filter(mailing_id=mailing_id).values_list("variant_id", flat=True).distinct()
    rows = tenant.objects(ClassCounter).filter(variant_id__in=list(variants), what=what).values_list("name").annotate(total=Sum("n"))
    return dict(rows.order_by("-total", "name"))


def rows_of(tenant: TenantDB, variant_ids: Collection[int]) -> list[tuple[int, int, int, int]]:
    """All counters of some variants as they stand in the table: variant, position, hour, requests."""
    rows = tenant.objects(Counter).filter(variant_id__in=variant_ids).order_by("variant_id", "position", "hour")
    return list(rows.values_list("variant_id", "position", "hour", "n"))


def texts_kept(tenant: TenantDB) -> set[str]:
    """Every text that counting wrote and that is no address of a template: where a hash could hide."""
    return {*tenant.objects(Unique).values_list("epoch", flat=True), *tenant.objects(SpoolDone).values_list("name", flat=True)}


def estimates_unwanted(tenant: TenantDB) -> int:
    """Estimates of people of mailings that were launched without."""
    without = list(tenant.objects(Frozen).filter(people=False).values_list("mailing_id", flat=True))
    variants = list(tenant.objects(Link).filter(mailing_id__in=without).values_list("variant_id", flat=True).distinct())
    return tenant.objects(Unique).filter(variant_id__in=variants).count()


def overlapping(tenant: TenantDB, mailing_id: int) -> list[int]:
    """Mailings beside whose figures those of this one would tell of a few people."""
    pairs = tenant.objects(Overlap).filter(Q(mailing_id=mailing_id) | Q(other_id=mailing_id)).values_list("mailing_id", "other_id")
    return sorted({one for pair in pairs for one in pair} - {mailing_id})

"""How the opens and clicks of one mailing came in, hour by hour, as far as that may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from siegelpost.delivery import outcome
from siegelpost.delivery.reads import plain_by_variant
from siegelpost.mailings.browse import Standing, standing
from siegelpost.mailings.state import ENDED
from siegelpost.measure import reads as measure
from siegelpost.measure.aggregate import hour_at
from siegelpost.measure.course import Course, Step, steps
from siegelpost.tenancy.handle import TenantDB

HOURS: Final = 48
"""Hours that are told one by one; by then most of those who ever look have looked."""
SERIES: Final = ("opens", "clicks")


@dataclass(frozen=True, slots=True)
class Growth:
    """Steps of the first hours, and per series what came after them; series that are withheld are in neither."""

    steps: tuple[Step, ...] = ()
    later: Mapping[str, int] | None = None


def course(tenant: TenantDB, mailing_id: int, found: Mapping[str, Any], *, now: datetime, environment: str) -> Growth:
    """Return how the totals of `found` (`report` of this mailing) grew; nothing for totals that are withheld.

    environment  "production": closed hours only; "test": up to now. Raises MailingUnknown.
    """
    facts = standing(tenant, mailing_id)
    shown = [name for name in SERIES if found[name] is not None]
    if not shown or facts.launched_at is None:
        return Growth()
    before_hour = hour_at(now) + (environment == "test")
    start = hour_at(facts.launched_at)
    made = _courses(tenant, facts, found, before_hour)
    done = tuple(steps({name: made[name] for name in shown}, end=min(before_hour, start + HOURS)))
    told = {name: sum(step.n[name] for step in done) for name in shown}
    return Growth(done, {name: found[name] - told[name] for name in shown})


def _courses(tenant: TenantDB, facts: Standing, found: Mapping[str, Any], before_hour: int) -> dict[str, list[Course]]:
    figures = measure.figures(tenant, facts.id, before_hour=before_hour)
    variants = [one.variant_id for one in figures]
    hits = measure.by_hour(tenant, variants, before_hour=before_hour)
    arrivals = _arrivals(tenant, facts, variants, found["delivered"])
    lost = sum(found["bounces"].values())
    plain = plain_by_variant(tenant, facts.id)

    def one(variant: measure.VariantFigures, name: str) -> Course:
        counted = variant.opens if name == "opens" else variant.any_link
        return Course(
            hits.get((variant.variant_id, name == "opens"), {}),
            arrivals.get(variant.variant_id, {}),
            lost + plain.get(variant.variant_id, 0),
            counted,
        )

    return {name: [one(variant, name) for variant in figures] for name in SERIES}


def _arrivals(tenant: TenantDB, facts: Standing, variants: list[int], delivered: int) -> dict[int, dict[int, int]]:
    """Variant -> hour -> people; a mailing that went out within one hour is not read row by row for that."""
    if len(variants) == 1 and facts.state in ENDED and facts.launched_at and facts.finished_at:
        hour = hour_at(facts.launched_at)
        if hour_at(facts.finished_at) == hour:
            return {variants[0]: {hour: delivered}}
    return outcome.arrivals(tenant, facts.id)

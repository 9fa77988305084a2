"""The figures of one mailing, as far as they may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from siegelpost.delivery import reads as delivery
from siegelpost.feedback import reads as feedback
from siegelpost.mailings import reads as mailings
from siegelpost.measure import reads as measure
from siegelpost.measure.aggregate import hour_at
from siegelpost.measure.policy import OFF
from siegelpost.measure.rules import MEASURING_OFF, Figure, people_shown, shown, total
from siegelpost.measure.spool import HOUR_SECONDS
from siegelpost.tenancy.handle import TenantDB

AT_ONCE: Final = "at once (test)"
HOURLY: Final = "hourly"


@dataclass(slots=True)
class _Shown:
    """Collects figures, and the reasons of those that are withheld."""

    withheld: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, figure: Figure) -> int | None:
        if figure.value is None:
            self.withheld[name] = figure.reason
        return figure.value


def report(tenant: TenantDB, mailing_id: int, *, now: datetime, environment: str) -> dict[str, Any]:
    """Return what staff may know about how a mailing did (CONTRACT: `report --json`).

    environment  "production": opens and clicks of closed hours only; "test": up to now

    `delivered` are messages that the next server took. A figure that says too much about few people is None, and
    `withheld` says why: too_few_recipients, too_few_left_alone, edge_restarted, measuring_off. Raises MailingUnknown.
    """
    facts = mailings.mailing(tenant, mailing_id)
    at_once = environment == "test"
    delivered = delivery.counts(tenant, mailing_id)["sent"]
    received = _received(tenant, facts, delivered)
    bounces = feedback.bounces(tenant, mailing_id)
    before_hour = hour_at(now) + at_once
    variants = measure.figures(tenant, mailing_id, before_hour=before_hour)
    return {
        "mailing": mailing_id,
        "measure": facts.measure,
        "refreshed": AT_ONCE if at_once else HOURLY,
        "as_of": now if at_once else datetime.fromtimestamp(before_hour * HOUR_SECONDS, UTC),
        "delivered": delivered,
        **_measured(variants, {variant: n - sum(bounces.values()) for variant, n in received.items()}, off=facts.measure == OFF),
        "unsubscribes": feedback.unsubscribes(tenant, mailing_id),
        "complaints": feedback.complaints(tenant, mailing_id),
        "bounces": bounces,
    }


def _received(tenant: TenantDB, facts: mailings.MailingFacts, delivered: int) -> dict[int, int]:
    """Variant -> people who got it; the tally says it where there is one variant only, without a look at each row."""
    if len(facts.variants) == 1:
        return {facts.variants[0].id: delivered}
    return delivery.received_by_variant(tenant, facts.id)


def _measured(variants: Sequence[measure.VariantFigures], received: Mapping[int, int], *, off: bool) -> dict[str, Any]:
    """received  variant -> people who may have opened it: what came back was seen by nobody."""
    told = _Shown()
    if off:
        nothing = dict.fromkeys(("opens", "unique_opens", "clicks", "unique_clicks"))
        return {**nothing, "links": [], "withheld": dict.fromkeys(nothing, MEASURING_OFF)}
    links: list[tuple[str, Figure]] = []
    parts: dict[str, list[Figure]] = {name: [] for name in ("opens", "unique_opens", "clicks", "unique_clicks")}
    for variant in variants:
        got = received.get(variant.variant_id, 0)
        links += [(url, shown(got, counted)) for url, counted in variant.links]
        parts["opens"].append(shown(got, variant.opens))
        parts["unique_opens"].append(people_shown(got, variant.opens))
        parts["clicks"].append(shown(got, variant.any_link))
        parts["unique_clicks"].append(people_shown(got, variant.any_link))
    beside = {"clicks": [figure for _url, figure in links]}
    values = {name: told.take(name, total(figures, shown_beside=beside.get(name, ()))) for name, figures in parts.items()}
    listed = [{"url": url, "clicks": told.take(f"links[{place}].clicks", figure)} for place, (url, figure) in enumerate(links)]
    return {**values, "links": listed, "withheld": told.withheld}

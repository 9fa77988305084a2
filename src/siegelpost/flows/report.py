"""The figures of one mailing, as far as they may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from siegelpost.delivery import reads as delivery
from siegelpost.delivery.personal import made_personal
from siegelpost.feedback import reads as feedback
from siegelpost.flows.measuring import modes_of
from siegelpost.mailings import reads as mailings
from siegelpost.measure import reads as measure
from siegelpost.measure.aggregate import hour_at
from siegelpost.measure.modes import NOTHING, OFF, Modes
from siegelpost.measure.rules import (
    MEASURING_OFF,
    NEARLY_THE_SAME,
    TOO_FEW_RECIPIENTS,
    Figure,
    people_shown,
    shown,
    total,
)
from siegelpost.measure.singly.reads import totals
from siegelpost.measure.spool import HOUR_SECONDS
from siegelpost.tenancy.handle import TenantDB

AT_ONCE: Final = "at once (test)"
HOURLY: Final = "hourly"
OF_OPENS: Final = ("opens", "unique_opens", "machine_opens")
OF_CLICKS: Final = ("clicks", "unique_clicks", "machine_clicks")


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

    `delivered` are messages that the next server took, `measured` those of them with measured addresses. A figure that says too
    much about few people is None, and `withheld` says why: too_few_recipients, too_few_left_alone, nearly_the_same_audience,
    edge_restarted, people_not_estimated, measuring_off. Raises MailingUnknown.
    """
    facts = mailings.mailing(tenant, mailing_id)
    modes, off = modes_of(tenant, facts), _why_off(tenant, mailing_id)
    at_once = environment == "test"
    delivered = delivery.counts(tenant, mailing_id)["sent"]
    plain = delivery.plain_by_variant(tenant, mailing_id)
    bounces = feedback.bounces(tenant, mailing_id)
    before_hour = hour_at(now) + at_once
    received = {variant: n - plain.get(variant, 0) - sum(bounces.values()) for variant, n in _received(tenant, facts, delivered).items()}
    variants = measure.figures(tenant, mailing_id, before_hour=before_hour)
    return {
        "mailing": mailing_id,
        "measure": modes.word,
        "refreshed": AT_ONCE if at_once else HOURLY,
        "as_of": now if at_once else datetime.fromtimestamp(before_hour * HOUR_SECONDS, UTC),
        "delivered": delivered,
        "measured": delivered - sum(plain.values()) if modes != NOTHING else 0,
        **_measured(variants, received, modes, off, overlap=modes != NOTHING and bool(measure.overlapping(tenant, mailing_id))),
        **({"personal": _personal(tenant, mailing_id)} if modes.personalised else {}),
        "unsubscribes": feedback.unsubscribes(tenant, mailing_id),
        "complaints": feedback.complaints(tenant, mailing_id),
        "bounces": bounces,
    }


def _personal(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """Of those who agreed to be measured singly, apart from everybody else; together with these figures nobody else is told of."""
    found = totals(tenant, mailing_id)
    return {"people": made_personal(tenant, mailing_id), **asdict(found)}


def _received(tenant: TenantDB, facts: mailings.MailingFacts, delivered: int) -> dict[int, int]:
    """Variant -> people who got it; the tally says it where there is one variant only, without a look at each row."""
    if len(facts.variants) == 1:
        return {facts.variants[0].id: delivered}
    return delivery.received_by_variant(tenant, facts.id)


def _why_off(tenant: TenantDB, mailing_id: int) -> str:
    """Why nothing is measured of a mailing of which nothing is: nobody wanted it, or too few people would have got it so."""
    found = measure.decided(tenant, mailing_id)
    return TOO_FEW_RECIPIENTS if found and found.why.get("too_few") else MEASURING_OFF


def _measured(
    variants: Sequence[measure.VariantFigures], received: Mapping[int, int], modes: Modes, off: str, *, overlap: bool
) -> dict[str, Any]:
    """The measured figures as far as they may be shown.

    received  variant -> people who may have opened it: what came back was seen by nobody
    off       why there is no figure of what is not measured
    """
    parts: dict[str, list[Figure]] = {name: [] for name in (*OF_OPENS, *OF_CLICKS)}
    links: list[tuple[str, Figure]] = []
    for variant in variants:
        got = received.get(variant.variant_id, 0)
        links += [(url, shown(got, counted)) for url, counted in variant.links]
        parts["opens"].append(shown(got, variant.opens))
        parts["unique_opens"].append(people_shown(got, variant.opens))
        parts["machine_opens"].append(shown(got, variant.machines))
        parts["clicks"].append(shown(got, variant.any_link))
        parts["unique_clicks"].append(people_shown(got, variant.any_link))
        parts["machine_clicks"].append(shown(got, variant.followed))
    for name in (*(OF_OPENS if modes.opens == OFF else ()), *(OF_CLICKS if modes.clicks == OFF else ())):
        parts[name] = [Figure(None, off)]
    if overlap:
        parts = {name: [_hidden(one) for one in found] for name, found in parts.items()}
        links = [(url, _hidden(one)) for url, one in links]
    return _told(parts, links if modes.clicks != OFF else [])


def _hidden(figure: Figure) -> Figure:
    return figure if figure.value is None else Figure(None, NEARLY_THE_SAME)


def _told(parts: Mapping[str, Sequence[Figure]], links: Sequence[tuple[str, Figure]]) -> dict[str, Any]:
    told = _Shown()
    beside = {"clicks": [figure for _url, figure in links]}
    values = {name: told.take(name, total(figures, shown_beside=beside.get(name, ()))) for name, figures in parts.items()}
    listed = [{"url": url, "clicks": told.take(f"links[{place}].clicks", figure)} for place, (url, figure) in enumerate(links)]
    return {**values, "links": listed, "withheld": told.withheld}

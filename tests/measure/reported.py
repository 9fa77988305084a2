"""A mailing that went out, and what was asked for of it, without a server."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Delivery, Tally
from siegelpost.flows.measuring import told_apart_by_few
from siegelpost.flows.report import report
from siegelpost.mailings.models import Mailing, Variant
from siegelpost.measure.aggregate import aggregate, hour_at
from siegelpost.measure.policy import plan
from siegelpost.measure.services import register_targets, withhold_together
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_by_number

NOW = datetime(2026, 3, 2, 10, 20, tzinfo=UTC)
LINKS = ["https://example.com/a", "https://example.com/b"]


@dataclass
class Sent:
    """A launched mailing."""

    tenant: TenantDB
    mailing: int
    variants: list[int]

    def report(self, environment: str = "production", now: datetime = NOW) -> dict[str, Any]:
        return report(self.tenant, self.mailing, now=now, environment=environment)

    def asked(
        self, position: int, times: int, *, epoch: str = "e1", people: int | None = None, variant: int = 0, hours_ago: int = 1
    ) -> None:
        """`times` requests of one target, and what the edge process estimated."""
        target = f"{self.tenant.number} {self.variants[variant]}"
        lines = [f"h {target} {position}\n"] * times
        if people is not None:
            lines += [f"u {target} {place} {people}\n" for place in ((position, -1) if position else (position,))]
        (home().root / "spool" / f"{epoch}-{hour_at(NOW) - hours_ago}-{position}{variant}.spool").write_text("".join(lines))
        aggregate(home().root, open_by_number, now=NOW, at_once=True)

    def classed(self, what: str, **counted: int) -> None:
        """What the edge process added up by class, for the first variant."""
        lines = [f"c {self.tenant.number} {self.variants[0]} {what} {name} {n}\n" for name, n in counted.items()]
        (home().root / "spool" / f"e1-{hour_at(NOW) - 1}-{what}.spool").write_text("".join(lines))
        aggregate(home().root, open_by_number, now=NOW, at_once=True)


def delivered_to(tenant: TenantDB, mailing: int, variant: int, many: int) -> None:
    """So many people got a variant, long ago."""
    with tenant.atomic():
        tenant.objects(Delivery).bulk_create(
            Delivery(mailing_id=mailing, variant_id=variant, subscriber_id=1 + number, state="sent", due_at=0, at=1)
            for number in range(many)
        )


def sent(tenant: TenantDB, *people: int, measure: str = "anonymous", estimated: bool = True, **more: Any) -> Sent:
    """A finished mailing with one variant per number of people who got it, launched and done at that hour."""
    then = NOW - timedelta(hours=more.pop("hours_ago", 1))
    at = int(then.timestamp())
    with tenant.atomic():
        mailing = tenant.objects(Mailing).create(
            **{"name": "M", **more}, state="finished", measure=measure, created_at=NOW, launched_at=then, finished_at=then
        )
        variants = [
            tenant.objects(Variant).create(mailing=mailing, name=chr(65 + place), subject="S", format="md", source="x").pk
            for place in range(len(people))
        ]
        rows = [
            Delivery(mailing_id=mailing.pk, variant_id=variant, subscriber_id=place * 10_000 + number, state="sent", due_at=0, at=at)
            for place, (variant, many) in enumerate(zip(variants, people, strict=True))
            for number in range(many)
        ]
        tenant.objects(Delivery).bulk_create(rows)
        tenant.objects(Tally).create(mailing_id=mailing.pk, state="sent", n=len(rows))
        made = plan(tenant, mailing.pk, dict.fromkeys(variants, LINKS), public_url="http://localhost:8001", mode=measure)
        made = replace(made, people=estimated and measure != "off")
        register_targets(tenant, made, actor=Actor.operator(), now=NOW)
        withhold_together(tenant, mailing.pk, told_apart_by_few(tenant, mailing.pk), actor=Actor.operator(), now=NOW)
    return Sent(tenant, mailing.pk, variants)

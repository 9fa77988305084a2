"""Who of an import was drawn, with their addresses, for those who look for the proof."""

from dataclasses import dataclass
from datetime import datetime

from siegelpost.audience.reads import find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.flows.import_proof import draw_due
from siegelpost.intake.reads import import_by_id
from siegelpost.intake.samples import Drawn, SampleView, sample_of
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sample, and each who was drawn with the address; "" for whoever was erased."""

    view: SampleView
    people: tuple[tuple[Drawn, str], ...]


def sampled(tenant: TenantDB, import_id: int, *, actor: Actor, now: datetime) -> Sampled | None:
    """The sample of an import; who has to be drawn is drawn first. None where nobody has to. Raises ImportUnknown."""
    import_by_id(tenant, import_id)
    draw_due(tenant, actor=actor, now=now)
    view = sample_of(tenant.unlimited, import_id)
    if view is None:
        return None
    return Sampled(view, tuple((one, _email(tenant.unlimited, one)) for one in view.drawn))


def _email(tenant: TenantDB, one: Drawn) -> str:
    found = find_subscriber(tenant, one.subscriber_id) if one.subscriber_id is not None else None
    return found.email if found else ""

"""Samples of imports: who was drawn, what was shown of them, and for which imports that counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from siegelpost.base.settings import process_settings
from siegelpost.intake import jobs
from siegelpost.intake.models import ImportJob, Sample, SampledImport, SampledPerson, SampleRule
from siegelpost.intake.sample_rules import CLOSED, MISSING, OPEN, SHOWN, TOGETHER, WAITING, Part, above, state_of
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody who was drawn; `subscriber_id` is None once they are erased, `digest` names the document that was shown."""

    number: int
    subscriber_id: int | None
    state: str
    digest: str
    actor: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample; `seed` is told once it is settled, so that the draw can be checked."""

    id: int
    state: str
    people: int
    seed: bytes
    drawn_at: datetime
    settled_at: datetime | None
    imports: tuple[int, ...]
    drawn: tuple[Drawn, ...]

    @property
    def open(self) -> int:
        """How many have neither proof nor refusal."""
        return sum(one.state == OPEN for one in self.drawn)

    @property
    def present(self) -> int:
        """How many were not erased since."""
        return sum(one.subscriber_id is not None for one in self.drawn)

    @property
    def missing(self) -> int:
        """For how many nothing could be shown."""
        return sum(one.state == MISSING for one in self.drawn)


def limit_of(tenant: TenantDB) -> int:
    """People above which some are drawn here, 0 for never."""
    row = tenant.objects(SampleRule).order_by("-pk").first()
    return above(tenant.own, row.above if row else None)


def parts(tenant: TenantDB, now: datetime) -> list[Part]:
    """Imports that may count together with one of now and are in no settled sample. Locks them until the transaction ends."""
    settled = tenant.objects(SampledImport).exclude(sample__state=WAITING).values("import_id")
    rows = tenant.objects(ImportJob).select_for_update().exclude(state=jobs.DRAFT).exclude(pk__in=settled)
    zone = ZoneInfo(process_settings().time_zone)
    waiting = frozenset(tenant.objects(SampledImport).filter(sample__state=WAITING).values_list("import_id", flat=True))
    return [
        Part(row.pk, row.source, row.started_at, row.started_at.astimezone(zone).date())
        for row in rows.only("pk", "source", "started_at").order_by("pk")
        if row.pk in waiting or row.started_at >= now - 2 * TOGETHER
    ]


def keep_draw(
    tenant: TenantDB, sample_id: int | None, imports: Collection[int], people: int, drawn: Sequence[int], seed: bytes, now: datetime
) -> int:
    """Keep who was drawn, for a new sample (None) or for one that waits; returns its number. Inside `tenant.atomic()`."""
    if sample_id is None:
        sample_id = tenant.objects(Sample).create(seed=seed.hex(), people=people, drawn_at=now).pk
    tenant.objects(Sample).filter(pk=sample_id).update(people=people)
    for one in sorted(imports):
        tenant.objects(SampledImport).update_or_create(import_id=one, defaults={"sample_id": sample_id})
    known = frozenset(tenant.objects(SampledPerson).filter(sample_id=sample_id).values_list("subscriber_id", flat=True))
    last = tenant.objects(SampledPerson).filter(sample_id=sample_id).count()
    new = [one for one in drawn if one not in known]
    tenant.objects(SampledPerson).bulk_create(
        SampledPerson(sample_id=sample_id, number=last + at, subscriber_id=one) for at, one in enumerate(new, 1)
    )
    return int(sample_id)


def waiting(tenant: TenantDB) -> list[SampleView]:
    """Samples of which somebody is open, the oldest first."""
    return [_view(tenant, row) for row in tenant.objects(Sample).filter(state=WAITING).order_by("pk")]


def closed(tenant: TenantDB) -> list[SampleView]:
    """Samples of which too many are missing."""
    return [_view(tenant, row) for row in tenant.objects(Sample).filter(state=CLOSED).order_by("pk")]


def sample_of(tenant: TenantDB, import_id: int) -> SampleView | None:
    """The sample in which an import is, None where nobody of it had to be drawn."""
    row = tenant.objects(SampledImport).filter(import_id=import_id).select_related("sample").first()
    return _view(tenant, row.sample) if row else None


def decide(tenant: TenantDB, sample: SampleView, numbers: Collection[int], state: str, digest: str, *, actor: str, now: datetime) -> int:
    """Note of some who were drawn that proof was shown, or that it is missing; returns of how many. Inside `tenant.atomic()`.

    Whoever is missing stays so: a paper that turns up afterwards proves nothing.
    """
    may = (OPEN,) if state == SHOWN else (OPEN, SHOWN)
    rows = tenant.objects(SampledPerson).filter(sample_id=sample.id, number__in=list(numbers), state__in=may)
    return rows.update(state=state, digest=digest, actor=actor, at=now)


def settle(tenant: TenantDB, sample_id: int, *, now: datetime) -> SampleView:
    """Say what a sample is worth now. Inside `tenant.atomic()`."""
    row = tenant.objects(Sample).select_for_update().get(pk=sample_id)
    state = state_of(list(tenant.objects(SampledPerson).filter(sample_id=sample_id).values_list("state", flat=True)))
    if row.state == WAITING and state != WAITING:
        row.state, row.settled_at = state, now
        row.save(using=tenant.alias, update_fields=["state", "settled_at"])
    elif row.state != WAITING and state == CLOSED != row.state:
        row.state = CLOSED
        row.save(using=tenant.alias, update_fields=["state"])
    return _view(tenant, row)


def set_limit(tenant: TenantDB, people: int, *, instruction_id: int | None, actor: str, now: datetime) -> None:
    """Draw above another number of people from now on, 0 for never. Inside `tenant.atomic()`; the flow has asked for the instruction."""
    tenant.objects(SampleRule).create(above=people, instruction_id=instruction_id, actor=actor, at=now)


def said_limit(tenant: TenantDB) -> tuple[int, int | None] | None:
    """What was set, with the instruction behind it; None where nobody has set anything."""
    row = tenant.objects(SampleRule).order_by("-pk").first()
    return (row.above, row.instruction_id) if row else None


def _view(tenant: TenantDB, row: Sample) -> SampleView:
    imports = tenant.objects(SampledImport).filter(sample_id=row.pk).order_by("import_id").values_list("import_id", flat=True)
    people = tenant.objects(SampledPerson).filter(sample_id=row.pk).order_by("number")
    drawn = tuple(Drawn(one.number, one.subscriber_id, one.state, one.digest, one.actor, one.at) for one in people)
    return SampleView(row.pk, row.state, row.people, bytes.fromhex(row.seed), row.drawn_at, row.settled_at, tuple(imports), drawn)

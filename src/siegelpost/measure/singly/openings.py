"""Whether a tenant may measure single people now: the opening, and the duties that were confirmed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.measure.singly.models import Duties, Opening
from siegelpost.measure.singly.rules import YEAR
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Open:
    """What was opened: by which instruction, what for, of which lists, until when; `asleep` while duties are overdue."""

    id: int
    instruction_id: int
    purpose: str
    mode: str
    list_ids: frozenset[int]
    until: datetime
    opened_at: datetime
    asleep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDuties:
    """What somebody entitled confirms: where people are told, in which words they agree, on what ground, whom they can ask."""

    confirmed_by: str
    information: str
    consent_text: str
    ground: str
    contact: str


def opening(tenant: TenantDB) -> Open | None:
    """What stands open; None where nothing does."""
    row = tenant.unlimited.objects(Opening).filter(closed_at=None).order_by("-pk").first()
    if row is None:
        return None
    return Open(
        row.pk, row.instruction_id, row.purpose, row.mode, frozenset(row.list_ids), row.until, row.opened_at, row.asleep
    )  # fmt: skip


def ever_opened(tenant: TenantDB) -> bool:
    """Whether single people could ever be measured here."""
    return tenant.objects(Opening).exists()


def covers(found: Open | None, list_ids: Collection[int]) -> bool:
    """Whether a new mailing to these lists may measure single people."""
    return found is not None and not found.asleep and set(list_ids) <= found.list_ids and bool(list_ids)


def open_up(tenant: TenantDB, new: Open, *, actor: Actor, now: datetime) -> int:
    """Keep an opening and return its number. Inside `tenant.atomic()`; an older one ends."""
    tenant.objects(Opening).filter(closed_at=None).update(closed_at=now, closed_how="replaced")
    row = tenant.objects(Opening).create(
        instruction_id=new.instruction_id, purpose=new.purpose, mode=new.mode, list_ids=sorted(new.list_ids), until=new.until, opened_at=now
    )
    details = {"instruction": new.instruction_id, "mode": new.mode, "lists": sorted(new.list_ids), "until": new.until.isoformat()}
    append(tenant, "measure.opened", subject=f"opening:{row.pk}", details=details, actor=actor, at=now)
    return int(row.pk)


def close(tenant: TenantDB, found: Open, how: str, *, actor: Actor, now: datetime) -> None:
    """End it: turned, instruction. Inside `tenant.atomic()`."""
    if tenant.objects(Opening).filter(pk=found.id, closed_at=None).update(closed_at=now, closed_how=how):
        append(tenant, "measure.closed", subject=f"opening:{found.id}", details={"how": how}, actor=actor, at=now)


def sleep(tenant: TenantDB, found: Open, *, asleep: bool, actor: Actor, now: datetime) -> None:
    """Nothing new is launched with it, or again something is. Inside `tenant.atomic()`."""
    if tenant.objects(Opening).filter(pk=found.id, asleep=not asleep).update(asleep=asleep):
        append(tenant, "measure.asleep" if asleep else "measure.awake", subject=f"opening:{found.id}", actor=actor, at=now)


def confirm_duties(tenant: TenantDB, new: NewDuties, *, actor: Actor, now: datetime) -> int:
    """Keep what was confirmed. Inside `tenant.atomic()`; whoever calls knows that the person is entitled. The log gets no name."""
    row = Duties(
        confirmed_by=new.confirmed_by, information=new.information, consent_text=new.consent_text, ground=new.ground,
        contact=new.contact, at=now,
    )  # fmt: skip
    row.save(using=tenant.alias, force_insert=True)
    append(tenant, "measure.duties_confirmed", subject=f"duties:{row.pk}", actor=actor, at=now)
    return int(row.pk)


def duties_end(tenant: TenantDB) -> datetime | None:
    """When the confirmed duties run out, None where nobody ever confirmed them."""
    row = tenant.unlimited.objects(Duties).order_by("-pk").first()
    return row.at + YEAR if row else None

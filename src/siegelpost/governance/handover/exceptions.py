"""What is weaker than the default, by whose word and until when: deviations that a tenant instructed, uploads that no scanner sees."""

from dataclasses import dataclass
from datetime import date, datetime

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence.services import append
from siegelpost.governance.handover.errors import DeviationMissing, EndWrong, LineUnusable, RiskNotAccepted
from siegelpost.governance.handover.models import Deviation, UnscannedRisk
from siegelpost.governance.handover.rules import RISKS, WEAKNESSES, WORDS_LIMIT, is_line, may_last
from siegelpost.governance.instructions.reads import require, valid
from siegelpost.governance.instructions.rules import TRANSFER
from siegelpost.governance.instructions.services import today
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class DeviationView:
    """A deviation; `holds` says whether a hand-over may rest on it now: neither it nor its instruction has ended."""

    id: int
    weakness: str
    instruction_id: int
    risk: str
    until: date
    actor: str
    at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class RiskView:
    """Until when uploads may go unscanned, why, and by whose word."""

    id: int
    reason: str
    until: date
    actor: str
    at: datetime


def deviate(tenant: TenantDB, weakness: str, *, instruction_id: int, until: date, risk_accepted: bool, actor: Actor, now: datetime) -> int:
    """Record a deviation and return its number; the risk is kept in the words in which it was shown.

    Raises DeviationMissing, RiskNotAccepted, InstructionMissing, EndWrong: then the default stays.
    Source: Art. 28(3)(a), Art. 32 GDPR.
    """
    if weakness not in WEAKNESSES:
        raise DeviationMissing
    if not risk_accepted:
        raise RiskNotAccepted
    instruction = require(tenant, TRANSFER, instruction_id, now=now)
    if not may_last(until, today(now)) or (instruction.valid_until is not None and until > instruction.valid_until):
        raise EndWrong
    row = Deviation(
        weakness=weakness, instruction_id=instruction_id, risk=translate(RISKS[weakness]), until=until, actor=str(actor), at=now
    )
    with tenant.atomic():
        row.save(using=tenant.alias, force_insert=True)
        details = {"weakness": weakness, "instruction": instruction_id, "until": until.isoformat()}
        append(tenant, "handover.deviation", subject=f"deviation:{row.pk}", details=details, actor=actor, at=now)
    return int(row.pk)


def deviations(tenant: TenantDB, *, now: datetime) -> list[DeviationView]:
    """All of them, the newest first."""
    running = {one.id for one in valid(tenant, TRANSFER, now=now)}
    return [
        DeviationView(
            row.pk, row.weakness, row.instruction_id, row.risk, row.until, row.actor, row.at,
            row.instruction_id in running and row.until >= today(now),
        )
        for row in tenant.objects(Deviation).order_by("-id")
    ]  # fmt: skip


def deviation_for(tenant: TenantDB, weakness: str, *, now: datetime) -> DeviationView | None:
    """The newest on which this may rest now."""
    return next((one for one in deviations(tenant, now=now) if one.weakness == weakness and one.holds), None)


def accept_unscanned(tenant: TenantDB, *, reason: str, until: date, actor: Actor, now: datetime) -> int:
    """Bear the risk of uploads that no scanner has seen, until a day; returns the number. Raises LineUnusable, EndWrong."""
    tidy = " ".join(reason.split())
    if not is_line(tidy, WORDS_LIMIT):
        raise LineUnusable(what=translate(_("reason")), limit=WORDS_LIMIT)
    if not may_last(until, today(now)):
        raise EndWrong
    return _note_risk(tenant, tidy, until, actor, now)


def end_unscanned(tenant: TenantDB, *, actor: Actor, now: datetime) -> bool:
    """Bear it no longer; returns whether somebody did."""
    if unscanned_risk(tenant, now=now) is None:
        return False
    _note_risk(tenant, "", None, actor, now)
    return True


def unscanned_risk(tenant: TenantDB, *, now: datetime) -> RiskView | None:
    """The risk that is borne now, None where uploads are held without a scanner."""
    row = tenant.objects(UnscannedRisk).order_by("-id").first()
    if row is None or row.until is None or row.until < today(now):
        return None
    return RiskView(row.pk, row.reason, row.until, row.actor, row.at)


def _note_risk(tenant: TenantDB, reason: str, until: date | None, actor: Actor, now: datetime) -> int:
    row = UnscannedRisk(reason=reason, until=until, actor=str(actor), at=now)
    with tenant.atomic():
        row.save(using=tenant.alias, force_insert=True)
        act = "handover.unscanned_accepted" if until else "handover.unscanned_ended"
        details = {"until": until.isoformat()} if until else {}
        append(tenant, act, subject=f"unscanned_risk:{row.pk}", details=details, actor=actor, at=now)
    return int(row.pk)

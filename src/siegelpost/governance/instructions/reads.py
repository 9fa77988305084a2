"""Read the register."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from siegelpost.governance.instructions import documents
from siegelpost.governance.instructions.errors import InstructionMissing, InstructionUnknown
from siegelpost.governance.instructions.models import Instruction, Step
from siegelpost.governance.instructions.rules import ANSWERS, ENDED, RUNNING, Term, as_text, state_of
from siegelpost.governance.instructions.services import today
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class StepView:
    """What happened to an instruction."""

    step: str
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InstructionView:
    """One instruction; `state` is one of rules.STATES, `steps` what happened to it in order."""

    id: int
    kind: str
    state: str
    digest: str
    is_text: bool
    given_by: str
    came_on: date
    valid_from: date
    valid_until: date | None
    recorded_by: str
    recorded_at: datetime
    steps: tuple[StepView, ...]

    @property
    def answer(self) -> StepView | None:
        """How the operator answered."""
        return next((one for one in self.steps if one.step in ANSWERS), None)

    @property
    def ended(self) -> StepView | None:
        """Who ended it."""
        return next((one for one in self.steps if one.step == ENDED), None)


def instructions(tenant: TenantDB, *, now: datetime) -> list[InstructionView]:
    """The whole register, the newest first."""
    steps = defaultdict(list)
    for row in tenant.objects(Step).order_by("id"):
        steps[row.instruction_id].append(StepView(row.step, row.note, row.actor, row.at))
    return [_view(row, tuple(steps[row.pk]), now) for row in tenant.objects(Instruction).order_by("-id")]


def instruction(tenant: TenantDB, instruction_id: int, *, now: datetime) -> InstructionView:
    """One of them. Raises InstructionUnknown."""
    found = [one for one in instructions(tenant, now=now) if one.id == instruction_id]
    if not found:
        raise InstructionUnknown(id=instruction_id)
    return found[0]


def valid(tenant: TenantDB, kind: str, *, now: datetime) -> list[InstructionView]:
    """Instructions of a kind that hold now, the newest first."""
    return [one for one in instructions(tenant, now=now) if one.kind == kind and one.state == RUNNING]


def require(tenant: TenantDB, kind: str, instruction_id: int, *, now: datetime) -> InstructionView:
    """The instruction on which a switch rests. Raises InstructionMissing where it is of another kind, or does not hold now."""
    for one in valid(tenant, kind, now=now):
        if one.id == instruction_id:
            return one
    raise InstructionMissing(kind=kind)


def document(tenant: TenantDB, instruction_id: int, *, folder: Path) -> bytes:
    """Its document as it came. Raises InstructionUnknown, FileRefused, DocumentUnusable."""
    row = tenant.objects(Instruction).filter(pk=instruction_id).first() if 0 < instruction_id < 2**63 else None
    if row is None:
        raise InstructionUnknown(id=instruction_id)
    return documents.document_of(tenant, folder, row)


def wording(tenant: TenantDB, instruction_id: int, *, folder: Path) -> str | None:
    """Its text, None where it is a scan. Raises as `document`."""
    return as_text(document(tenant, instruction_id, folder=folder))


def _view(row: Instruction, steps: tuple[StepView, ...], now: datetime) -> InstructionView:
    state = state_of(Term(row.valid_from, row.valid_until), frozenset(one.step for one in steps), today(now))
    return InstructionView(
        row.pk, row.kind, state, row.digest, row.is_text, row.given_by, row.came_on, row.valid_from, row.valid_until,
        row.recorded_by, row.recorded_at, steps,
    )  # fmt: skip

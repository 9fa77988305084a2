"""Record an instruction, answer it, end it; what was recorded never changes."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.services import append
from siegelpost.governance.instructions import documents
from siegelpost.governance.instructions.entitled import checked, entitlement_of
from siegelpost.governance.instructions.errors import DocumentUnusable, InstructionUnknown, KindUnknown, StepTaken, TermWrong
from siegelpost.governance.instructions.models import Instruction, Step
from siegelpost.governance.instructions.rules import ANSWERS, ENDED, KINDS, NOTE_LIMIT, Term, as_text
from siegelpost.governance.instructions.written import ensure_form, say_form
from siegelpost.tenancy.handle import TenantDB

RECORDED: Final = "instructions.recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstruction:
    """An instruction as it came.

    kind      one of KINDS
    document  text or file, as it came, up to 10 MB
    given_by  the person of the document
    came_on   when it came, None for today
    term      for how long it holds, None for from today on
    form      one of written.FORMS, "" where nobody says it
    """

    kind: str
    document: bytes
    given_by: str
    came_on: date | None = None
    term: Term | None = None
    form: str = ""


def today(now: datetime) -> date:
    """The day that it is where the operator is."""
    return now.astimezone(ZoneInfo(process_settings().time_zone)).date()


def record(tenant: TenantDB, new: NewInstruction, *, folder: Path, actor: Actor, now: datetime) -> int:
    """Keep an instruction for good and return its number; the log gets number, kind and hash, never the text.

    folder  the tenant's own, for the sealed document

    Raises KindUnknown, NameUnusable, NotEntitled, DocumentUnusable, TermWrong, FormRefused: then nothing is kept.
    Source: Art. 28(3)(a), Art. 29 GDPR.
    """
    entitlement = check(tenant, new, now=now)
    name, term, came = checked(new.given_by), new.term or Term(today(now)), new.came_on or today(now)
    try:
        digest = documents.keep(tenant, folder, new.document)
    except OSError as reason:
        raise DocumentUnusable(why=reason.strerror or "?") from reason
    row = Instruction(
        kind=new.kind, digest=digest, is_text=as_text(new.document) is not None, given_by=name, entitlement_id=entitlement,
        came_on=came, valid_from=term.since, valid_until=term.until, recorded_by=str(actor), recorded_at=now,
    )  # fmt: skip
    with tenant.atomic():
        row.save(using=tenant.alias, force_insert=True)
        say_form(tenant, row.pk, new.form)
        details = {"kind": new.kind, "hash": digest, "from": term.since.isoformat(), "until": term.until and term.until.isoformat()}
        details |= {"form": new.form} if new.form else {}
        append(tenant, RECORDED, subject=f"instruction:{row.pk}", details=details, actor=actor, at=now)
    return int(row.pk)


def check(tenant: TenantDB, new: NewInstruction, *, now: datetime) -> int | None:
    """Whether it can be recorded at all; returns whose entitlement it rests on. Raises as `record`, but for a disk that takes nothing."""
    if new.kind not in KINDS:
        raise KindUnknown(kinds=", ".join(KINDS))
    ensure_form(new.form)
    term, name = new.term or Term(today(now)), checked(new.given_by)
    if not term.sound() or (new.came_on or today(now)) > today(now):
        raise TermWrong
    documents.check(new.document)
    return entitlement_of(tenant, name)


def answer(tenant: TenantDB, instruction_id: int, how: str, *, note: str = "", actor: Actor, now: datetime) -> None:
    """Say that an instruction was carried out, or that the operator objects to it, once. Raises InstructionUnknown, StepTaken.

    Source: Art. 28(3) GDPR, last sentence: an instruction that seems unlawful is objected to without delay.
    """
    if how not in ANSWERS:
        raise ValueError(how)
    with tenant.atomic():
        _take(tenant, _known(tenant, instruction_id), how, note, actor, now)


def end(tenant: TenantDB, instruction_id: int, *, note: str = "", actor: Actor, now: datetime) -> None:
    """It holds no longer, from this moment on. Raises InstructionUnknown, StepTaken."""
    with tenant.atomic():
        _take(tenant, _known(tenant, instruction_id), ENDED, note, actor, now)


def _known(tenant: TenantDB, instruction_id: int) -> int:
    """The number, if there is such an instruction."""
    known = 0 < instruction_id < 2**63 and tenant.objects(Instruction).filter(pk=instruction_id).exists()
    if not known:
        raise InstructionUnknown(id=instruction_id)
    return instruction_id


def _take(tenant: TenantDB, instruction_id: int, step: str, note: str, actor: Actor, now: datetime) -> None:
    row = Step(instruction_id=instruction_id, step=step, note=note.strip()[:NOTE_LIMIT], actor=str(actor), at=now)  # once, says the table
    try:
        with tenant.atomic():
            row.save(using=tenant.alias, force_insert=True)
    except IntegrityError as reason:
        raise StepTaken(id=instruction_id) from reason
    append(tenant, f"instructions.{step}", subject=f"instruction:{instruction_id}", actor=actor, at=now)

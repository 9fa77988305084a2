"""An instruction is in writing: with an electronic signature, signed and checked by a second person, or given here by the person itself.

Source: Art. 28(3)(a) and (9) GDPR; control 4.3-05.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.governance.instructions.errors import CheckRefused, FormRefused, InstructionUnknown, StepTaken
from siegelpost.governance.instructions.models import Check, Form, Instruction
from siegelpost.governance.instructions.rules import NOTE_LIMIT
from siegelpost.tenancy.handle import TenantDB

ESIGNED: Final = "esigned"
SIGNED: Final = "signed"
ELECTRONIC: Final = "electronic"
FORMS: Final = {
    ESIGNED: _("with a qualified or advanced electronic signature"),
    SIGNED: _("signed by hand, as a scan"),
    ELECTRONIC: _("given here by the person itself, with the password shown again"),
}
"""Form -> what it is called. A chat, a call or a plain mail is none."""
CHECKED: Final = "instructions.checked"


@dataclass(frozen=True, slots=True)
class Written:
    """How an instruction came: its form, "" where nobody said; `sound` is None while nobody has checked the signature."""

    form: str = ""
    sound: bool | None = None
    note: str = ""
    actor: str = ""
    at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it is in writing, as far as anybody has looked."""
        return self.form == ELECTRONIC or (self.form in FORMS and self.sound is True)

    @property
    def waits(self) -> bool:
        """Whether a second person has to look at it."""
        return self.form in (ESIGNED, SIGNED) and self.sound is None


def ensure_form(form: str) -> None:
    """Raise FormRefused for what is no written form; "" is accepted, and counts for nothing."""
    if form and form not in FORMS:
        raise FormRefused(forms=", ".join(FORMS))


def say_form(tenant: TenantDB, instruction_id: int, form: str) -> None:
    """Keep the form with its instruction. Inside `tenant.atomic()`."""
    if form:
        tenant.objects(Form).create(instruction_id=instruction_id, form=form)


def check_signature(tenant: TenantDB, instruction_id: int, *, sound: bool, note: str, actor: Actor, now: datetime) -> None:
    """Say that a signature was checked, once, by somebody else than whoever recorded the instruction.

    note  how it was checked; the log does not get it

    Raises InstructionUnknown, CheckRefused, StepTaken.
    """
    row = tenant.objects(Instruction).filter(pk=instruction_id).first() if 0 < instruction_id < 2**63 else None
    if row is None:
        raise InstructionUnknown(id=instruction_id)
    form = written(tenant).get(instruction_id, Written()).form
    if form not in (ESIGNED, SIGNED) or row.recorded_by == str(actor) or not note.strip():
        raise CheckRefused(id=instruction_id)
    check = Check(instruction_id=instruction_id, sound=sound, note=note.strip()[:NOTE_LIMIT], actor=str(actor), at=now)
    with tenant.atomic():
        try:
            with tenant.atomic():
                check.save(using=tenant.alias, force_insert=True)
        except IntegrityError as reason:
            raise StepTaken(id=instruction_id) from reason
        append(tenant, CHECKED, subject=f"instruction:{instruction_id}", details={"sound": sound, "hash": row.digest}, actor=actor, at=now)


def written(tenant: TenantDB) -> dict[int, Written]:
    """Instruction -> how it came, for those of which somebody said it."""
    checks = {one.instruction_id: one for one in tenant.objects(Check)}
    found = {}
    for number, form in tenant.objects(Form).values_list("instruction_id", "form"):
        one = checks.get(number)
        found[number] = Written(form, one.sound, one.note, one.actor, one.at) if one else Written(form)
    return found

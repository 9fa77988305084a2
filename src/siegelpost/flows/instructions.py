"""An instruction comes in, is answered, ends; what rests on it follows."""

import io
from datetime import datetime, timedelta

from siegelpost.accounts.reads import names_of
from siegelpost.accounts.stay_rules import FRESH
from siegelpost.base.actor import Actor
from siegelpost.flows.approved_instruction import approve_instruction
from siegelpost.flows.input_log import rest_on_instruction, switch_input_log
from siegelpost.flows.scanned import ensure_clean
from siegelpost.flows.singly import heed_singly
from siegelpost.governance.instructions import services
from siegelpost.governance.instructions.errors import FormRefused
from siegelpost.governance.instructions.reads import valid
from siegelpost.governance.instructions.rules import INPUT_LOG, same_name
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.governance.instructions.written import ELECTRONIC, FORMS
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home


def record_instruction(
    tenant: TenantDB, new: NewInstruction, *, carry_out: bool = True, proved_at: datetime | None = None, actor: Actor, now: datetime
) -> int:
    """Record an instruction and return its number. One about the input log that holds now turns it on at once, where `carry_out`.

    proved_at  when whoever acts last showed password or passkey; None where nobody did

    In electronic form the person gives it itself, within ten minutes after that.
    Raises FormRefused where it does not, as `ensure_clean`, the errors of `services.record`, InputTriggersMissing, and ApprovalNeeded
    where a rule asks for somebody.
    """
    services.check(tenant, new, now=now)
    if new.form == ELECTRONIC and not _gives_it_itself(new, proved_at, actor, now):
        raise FormRefused(forms=", ".join(FORMS))
    ensure_clean(tenant, io.BytesIO(new.document), actor=actor, now=now)
    with tenant.atomic():
        approve_instruction(tenant, new, actor=actor, now=now)
        number = services.record(tenant, new, folder=home().tenant(tenant.slug), actor=actor, now=now)
    if carry_out and new.kind == INPUT_LOG and any(one.id == number for one in valid(tenant, INPUT_LOG, now=now)):
        switch_input_log(tenant, True, instruction_id=number, actor=actor, now=now)
    return number


def answer_instruction(tenant: TenantDB, number: int, how: str, *, note: str = "", actor: Actor, now: datetime) -> None:
    """Answer it; nothing rests on one that the operator objects to. Raises InstructionUnknown, StepTaken."""
    services.answer(tenant, number, how, note=note, actor=actor, now=now)
    rest_on_instruction(tenant, actor=actor, now=now)
    heed_singly(tenant, actor=actor, now=now)


def end_instruction(tenant: TenantDB, number: int, *, note: str = "", actor: Actor, now: datetime) -> None:
    """End it, and switch off what rests on it. Raises InstructionUnknown, StepTaken."""
    services.end(tenant, number, note=note, actor=actor, now=now)
    rest_on_instruction(tenant, actor=actor, now=now)
    heed_singly(tenant, actor=actor, now=now)


def _gives_it_itself(new: NewInstruction, proved_at: datetime | None, actor: Actor, now: datetime) -> bool:
    """Art. 28(9) GDPR: whoever is named is whoever acts, and has just shown that it is them."""
    said = str(actor)
    number = int(said.removeprefix("staff:")) if said.startswith("staff:") else 0
    fresh = proved_at is not None and timedelta() <= now - proved_at <= FRESH
    return fresh and same_name(names_of([number]).get(number, ""), new.given_by)

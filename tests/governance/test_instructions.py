"""The register of instructions: who may give one, what is kept of it, when it holds, and that nothing of it ever changes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import Error as DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import entries
from siegelpost.governance.instructions import errors, rules
from siegelpost.governance.instructions.entitled import entitle, entitled
from siegelpost.governance.instructions.models import Entitlement, Instruction, Step
from siegelpost.governance.instructions.reads import document, instruction, instructions, require, wording
from siegelpost.governance.instructions.rules import INPUT_LOG, OTHER, Term
from siegelpost.governance.instructions.services import NewInstruction, answer, end, record
from siegelpost.tenancy.handle import TenantDB

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = NOW.date()
WHO = Actor.operator()
TEXT = b"Bitte schalten Sie das Eingabeprotokoll ein.\nEva Muster"
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


def recorded(tenant: TenantDB, folder: Path, kind: str = INPUT_LOG, document: bytes = TEXT, term: Term | None = None) -> int:
    return record(
        tenant, NewInstruction(kind=kind, document=document, given_by=" Eva  Muster ", term=term), folder=folder, actor=WHO, now=NOW
    )


@pytest.mark.slow
@given(since=DAYS, until=st.none() | DAYS, today=DAYS)
def test_an_instruction_holds_from_its_first_to_its_last_day(since: date, until: date | None, today: date) -> None:
    holds = since <= today and (until is None or today <= until)
    assert (rules.state_of(Term(since, until), frozenset(), today) == rules.RUNNING) == holds
    assert rules.state_of(Term(since, until), frozenset({rules.ENDED}), today) == rules.OVER
    assert rules.state_of(Term(since, until), frozenset({rules.OBJECTED, rules.ENDED}), today) == rules.OBJECTED


def test_what_is_kept_can_be_read_again_and_the_log_has_number_and_hash_alone(alpha: TenantDB, tmp_path: Path) -> None:
    entitle(alpha, "Eva Muster", actor=WHO, now=NOW)
    number = recorded(alpha, tmp_path)
    found = instruction(alpha, number, now=NOW)
    assert (found.kind, found.given_by, found.state, found.valid_from, found.valid_until) == (
        INPUT_LOG,
        "Eva Muster",
        "running",
        TODAY,
        None,
    )
    assert document(alpha, number, folder=tmp_path) == TEXT and wording(alpha, number, folder=tmp_path) == TEXT.decode()
    (said,) = entries(alpha, act="instructions.recorded")
    assert said["subject"] == f"instruction:{number}"
    assert said["details"] == {"kind": INPUT_LOG, "hash": found.digest, "from": "2026-05-04", "until": None}
    assert not [one for one in entries(alpha) if "Muster" in str(one)]


def test_the_document_lies_sealed_and_an_exchanged_one_is_refused(alpha: TenantDB, tmp_path: Path) -> None:
    entitle(alpha, "Eva Muster", actor=WHO, now=NOW)
    number, other = recorded(alpha, tmp_path), recorded(alpha, tmp_path, document=b"%PDF-1.7\n\x00\xff")
    one, two = (next(tmp_path.glob(f"**/{instruction(alpha, n, now=NOW).digest}*")) for n in (number, other))
    assert b"Eingabeprotokoll" not in one.read_bytes()
    assert wording(alpha, other, folder=tmp_path) is None
    one.write_bytes(two.read_bytes())
    with pytest.raises(errors.DocumentUnusable):
        document(alpha, number, folder=tmp_path)


def test_only_those_who_are_entitled_instruct_where_the_operator_is_not_the_controller(alpha: TenantDB, tmp_path: Path) -> None:
    foreign = _of_another(alpha)
    with pytest.raises(errors.NotEntitled):
        recorded(foreign, tmp_path)
    assert entitle(foreign, "eva muster", actor=WHO, now=NOW)
    assert not entitle(foreign, "Eva  Muster", actor=WHO, now=NOW)
    assert recorded(foreign, tmp_path)
    assert entitle(foreign, "Eva Muster", may=False, actor=WHO, now=NOW) and entitled(foreign) == []
    with pytest.raises(errors.NotEntitled):
        recorded(foreign, tmp_path)
    assert len(instructions(foreign, now=NOW)) == 1 and len(list(tmp_path.glob("**/*.sealed"))) == 1


def test_anybody_instructs_where_the_operator_is_the_controller(alpha: TenantDB, tmp_path: Path) -> None:
    assert recorded(_of_another(alpha, own=True), tmp_path)


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"kind": "wish"}, errors.KindUnknown),
        ({"given_by": " "}, errors.NameUnusable),
        ({"given_by": "E" * 121}, errors.NameUnusable),
        ({"document": b" \n"}, errors.DocumentUnusable),
        ({"document": b"x" * (rules.FILE_LIMIT + 1)}, errors.DocumentUnusable),
        ({"term": Term(TODAY, TODAY - timedelta(days=1))}, errors.TermWrong),
        ({"came_on": TODAY + timedelta(days=1)}, errors.TermWrong),
    ],
)
def test_what_cannot_be_an_instruction_leaves_nothing(
    alpha: TenantDB, tmp_path: Path, order: dict[str, object], error: type[Exception]
) -> None:
    entitle(alpha, "Eva Muster", actor=WHO, now=NOW)
    whole: dict[str, object] = {"kind": OTHER, "document": TEXT, "given_by": "Eva Muster", **order}
    with pytest.raises(error):
        record(alpha, NewInstruction(**whole), folder=tmp_path, actor=WHO, now=NOW)  # type: ignore[arg-type]
    assert instructions(alpha, now=NOW) == [] and not list(tmp_path.glob("**/*.sealed"))


def test_it_is_answered_once_and_ended_once_and_what_rests_on_it_is_refused_then(alpha: TenantDB, tmp_path: Path) -> None:
    entitle(alpha, "Eva Muster", actor=WHO, now=NOW)
    one, two, other = recorded(alpha, tmp_path), recorded(alpha, tmp_path), recorded(alpha, tmp_path, OTHER)
    assert require(alpha, INPUT_LOG, one, now=NOW).id == one
    with pytest.raises(errors.InstructionMissing):
        require(alpha, INPUT_LOG, other, now=NOW)
    answer(alpha, one, rules.CARRIED_OUT, note="Am selben Tag.", actor=WHO, now=NOW)
    with pytest.raises(errors.StepTaken):
        answer(alpha, one, rules.OBJECTED, actor=WHO, now=NOW)
    end(alpha, one, actor=WHO, now=NOW)
    with pytest.raises(errors.StepTaken):
        end(alpha, one, actor=WHO, now=NOW)
    answer(alpha, two, rules.OBJECTED, note="Art. 28(3)", actor=WHO, now=NOW)
    for number in (one, two, 4711, 2**63):
        with pytest.raises(errors.InstructionMissing):
            require(alpha, INPUT_LOG, number, now=NOW)
    with pytest.raises(errors.InstructionUnknown):
        end(alpha, 4711, actor=WHO, now=NOW)
    assert [one["act"] for one in entries(alpha, limit=3)] == ["instructions.objected", "instructions.ended", "instructions.carried_out"]


@pytest.mark.parametrize("model", [Instruction, Step, Entitlement])
def test_nothing_of_the_register_can_be_changed(alpha: TenantDB, tmp_path: Path, model: type[Instruction]) -> None:
    entitle(alpha, "Eva Muster", actor=WHO, now=NOW)
    end(alpha, recorded(alpha, tmp_path), actor=WHO, now=NOW)
    with pytest.raises(DatabaseError), alpha.atomic():
        alpha.objects(model).update(id=99)
    with pytest.raises(DatabaseError), alpha.atomic():
        alpha.objects(model).all()._raw_delete(alpha.alias)
    assert alpha.objects(model).count() == 1


def _of_another(tenant: TenantDB, *, own: bool = False) -> TenantDB:
    """The same tenant, as if the operator were its controller, or were not."""
    fields = {name: getattr(tenant, name) for name in TenantDB.__dataclass_fields__}
    return TenantDB(**{**fields, "own": own})

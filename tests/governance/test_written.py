"""Instructions come in writing: signed and checked by a second person, or given here by the person itself."""

from datetime import timedelta

import pytest

from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import entries
from siegelpost.flows.instructions import record_instruction
from siegelpost.governance.instructions.errors import CheckRefused, FormRefused, StepTaken
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.governance.instructions.written import CHECKED, ELECTRONIC, ESIGNED, SIGNED, Written, check_signature, written
from siegelpost.tenancy.handle import TenantDB
from tests.governance.watching import NOW, seen
from tests.intake.test_import_command import run
from tests.web.visiting import colleague, visitor

HOST = Actor.operator()
TEXT = b"Please do this.\nEva Muster"


def recorded(tenant: TenantDB, form: str, *, actor: Actor = HOST, by: str = "Eva Muster", **more: object) -> int:
    new = NewInstruction(kind="other", document=TEXT, given_by=by, form=form)
    return record_instruction(tenant, new, actor=actor, now=NOW, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["chat", "phone", "e-mail"])
def test_what_is_not_in_writing_is_refused(alpha: TenantDB, beta: TenantDB, form: str) -> None:
    with pytest.raises(FormRefused):
        recorded(alpha, form)
    assert entries(alpha, act="instructions.recorded") == [] and written(alpha) == {}


def test_a_signature_is_checked_once_by_somebody_else(alpha: TenantDB, beta: TenantDB) -> None:
    number, dora = recorded(alpha, SIGNED), Actor.staff(7)
    assert written(alpha)[number].waits and seen("4.3-05", alpha).state == "amber"
    assert seen("4.3-05", alpha, now=NOW + timedelta(days=8)).evidence["signatures_unchecked"] == [number]
    for who, note in ((HOST, "compared"), (dora, " ")):
        with pytest.raises(CheckRefused):
            check_signature(alpha, number, sound=True, note=note, actor=who, now=NOW)
    check_signature(alpha, number, sound=True, note="compared with the contract", actor=dora, now=NOW)
    with pytest.raises(StepTaken):
        check_signature(alpha, number, sound=False, note="no", actor=dora, now=NOW)
    assert written(alpha)[number].holds and seen("4.3-05", alpha).state == "green"
    (said,) = entries(alpha, act=CHECKED)
    assert said["actor"] == str(dora) and said["details"]["sound"] is True and "contract" not in str(said)


def test_an_unsound_signature_is_red_and_what_nobody_said_is_amber(alpha: TenantDB, beta: TenantDB) -> None:
    assert seen("4.3-05", alpha).state == "green", "nothing was instructed"
    silent = recorded(alpha, "")
    assert (seen("4.3-05", alpha).state, seen("4.3-05", alpha).evidence["forms_unsaid"]) == ("amber", [silent])
    number = recorded(alpha, ESIGNED)
    check_signature(alpha, number, sound=False, note="the report says: certificate revoked", actor=Actor.staff(7), now=NOW)
    found = seen("4.3-05", alpha)
    assert (found.state, found.evidence["signatures_unsound"]) == ("red", [number])
    assert not Written(ESIGNED, sound=False).holds and not Written("").holds


def test_in_electronic_form_only_the_person_itself_gives_it_and_has_shown_the_password(alpha: TenantDB, beta: TenantDB) -> None:
    eva = colleague(alpha, "admin", "eva@alpha.example")
    eva.name = "Eva Muster"
    eva.save(update_fields=["name"])
    me = Actor.staff(eva.pk)
    for wrong in (
        {"actor": HOST, "proved_at": NOW},
        {"actor": me, "proved_at": None},
        {"actor": me, "proved_at": NOW - timedelta(minutes=11)},
        {"actor": me, "proved_at": NOW, "by": "Somebody Else"},
    ):
        with pytest.raises(FormRefused):
            recorded(alpha, ELECTRONIC, **wrong)
    number = recorded(alpha, ELECTRONIC, actor=me, proved_at=NOW - timedelta(minutes=2))
    assert written(alpha)[number].holds and seen("4.3-05", alpha).state == "green"
    with pytest.raises(CheckRefused):
        check_signature(alpha, number, sound=True, note="n", actor=HOST, now=NOW)


def test_page_and_command_check_each_others(alpha: TenantDB, beta: TenantDB, capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    number = recorded(alpha, SIGNED)
    assert run(capsys, "instruction", "check", "alpha", str(number), "--note", "n", "--json", exit_code=3)["error"]["code"] == (
        "instructions.check_refused"
    )
    client = visitor(alpha, "admin")
    assert "signature not checked yet" in client.see(f"instructions/{number}")
    client.send(f"instructions/{number}", {"step": "sound", "note": "compared"})
    page = client.see(f"instructions/{number}")
    assert "signature checked" in page and 'value="sound"' not in page
    values = {"kind": "other", "given_by": "Nobody", "text": "Do.", "valid_from": "2026-05-01", "myself": "on"}
    assert "A chat, a call or a plain mail is none" in client.send("instructions/new", values, status=422).content.decode()

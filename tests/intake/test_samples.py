"""People of a large import get no mail before it is shown that those who were drawn agreed: through flows and commands."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from siegelpost.audience.reads import find_by_email
from siegelpost.base.settings import process_settings
from siegelpost.consent.imported import counted
from siegelpost.delivery.models import Delivery
from siegelpost.evidence.reads import entries
from siegelpost.flows.erase_person import erase_person
from siegelpost.flows.import_proof import record_proof, refuse_proof, set_limit
from siegelpost.flows.launch import launch
from siegelpost.flows.sampled import sampled
from siegelpost.flows.steer import resume
from siegelpost.governance.instructions.errors import InstructionMissing
from siegelpost.intake.errors import DrawnUnknown, NobodyDrawn, ProofMissing
from siegelpost.intake.sample_rules import CLOSED, MISSING, OPEN, PROVEN, WAITING
from siegelpost.intake.samples import SampleView, sample_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.support import draft, launched, people, state_of
from tests.intake.files import ME, NOW, a_list, imported, written
from tests.intake.test_import_command import run

PAPER = b"%PDF-1.4 twenty forms, scanned"
LIMIT = 25


def rows(first: int, last: int) -> str:
    return "email\n" + "".join(f"p{number}@example.org\n" for number in range(first, last + 1))


def brought(tenant: TenantDB, folder: Path, first: int, last: int, now: datetime = NOW, **order: str) -> int:
    """An import of so many people; returns its number."""
    return imported(tenant, written(folder, rows(first, last)), now=now, **order).id


def strict(tenant: TenantDB) -> None:
    a_list(tenant)
    set_limit(tenant, LIMIT, actor=ME, now=NOW)


def sample(tenant: TenantDB, number: int) -> SampleView:
    found = sample_of(tenant, number)
    assert found is not None
    return found


def send(tenant: TenantDB, mailing: int, now: datetime = NOW) -> None:
    launch(tenant, mailing, settings=process_settings(), actor=ME, now=now)


def test_nothing_is_sent_until_proof_is_shown_and_the_log_says_by_whom(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    strict(alpha)
    number, mailing = brought(alpha, tmp_path, 1, 40), draft(alpha, a_list(alpha))
    with pytest.raises(ProofMissing) as refused:
        send(alpha, mailing)
    assert refused.value.facts == {"imports": str(number), "first": number, "open": 20, "drawn": 20}
    assert record_proof(alpha, number, PAPER, actor=ME, now=NOW).state == PROVEN
    send(alpha, mailing)
    assert state_of(alpha, mailing) == ("sending", "")
    drawn, accepted, settled = (entries(alpha, act=f"intake.{act}")[0] for act in ("sample_drawn", "proof_accepted", "sample_settled"))
    assert drawn["details"]["drawn"] == 20 and accepted["actor"] == str(ME) and accepted["details"]["people"] == 20
    assert settled["details"]["seed"] and "seed" not in drawn["details"]
    (kept,) = (home().tenant("alpha") / "proofs").iterdir()
    assert PAPER not in kept.read_bytes() and kept.name == f"{accepted['details']['hash']}.sealed"


def test_parts_of_a_file_count_as_the_file(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    strict(alpha)
    first = brought(alpha, tmp_path, 1, 20)
    assert sample_of(alpha, first) is None
    second = brought(alpha, tmp_path, 21, 40, now=NOW + timedelta(hours=2), source="another source, the same day")
    third = brought(alpha, tmp_path, 41, 60, now=NOW + timedelta(days=20), source="Fair of May 2026, part 3")
    found = sample(alpha, third)
    assert found.imports == (first, second, third) and found.people == 60 and len(found.drawn) >= 20
    assert sample(alpha, first).id == found.id
    later = brought(alpha, tmp_path, 61, 80, now=NOW + timedelta(days=90), source="shop")
    assert sample_of(alpha, later) is None


def test_importing_again_draws_nobody_anew(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    strict(alpha)
    number = brought(alpha, tmp_path, 1, 40)
    before = [one.subscriber_id for one in sample(alpha, number).drawn]
    for hours, name in ((1, "Brief"), (2, "Another list")):
        imported(alpha, written(tmp_path, rows(1, 40)), now=NOW + timedelta(hours=hours), list_id=a_list(alpha, name))
    assert [one.subscriber_id for one in sample(alpha, number).drawn] == before
    with pytest.raises(ProofMissing):
        send(alpha, draft(alpha, a_list(alpha, "Another list")))


def test_whoever_has_no_proof_gets_no_mail_and_cannot_be_imported_again(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    strict(alpha)
    number = brought(alpha, tmp_path, 1, 40)
    refused = sample(alpha, number).drawn[0]
    assert refuse_proof(alpha, number, {1}, actor=ME, now=NOW).state == WAITING
    with pytest.raises(DrawnUnknown):
        record_proof(alpha, number, PAPER, numbers={1}, actor=ME, now=NOW)
    assert record_proof(alpha, number, PAPER, actor=ME, now=NOW).state == PROVEN
    assert counted(alpha, [number]) == {number: 39}
    again = imported(alpha, written(tmp_path, rows(1, 40)), now=NOW + timedelta(days=70), source="shop")
    assert again.tally.refused == {"unproven": 1} and counted(alpha, [number, again.id]) == {number: 39}
    assert refused.subscriber_id is not None


def test_too_many_missing_close_the_whole_import_and_the_others_on_the_list_get_their_mail(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path
) -> None:
    strict(alpha)
    number = brought(alpha, tmp_path, 1, 40)
    people(alpha, ["ann@example.org"], a_list(alpha))
    assert refuse_proof(alpha, number, {1, 2, 3}, actor=ME, now=NOW).state == CLOSED
    assert counted(alpha, [number]) == {}
    with pytest.raises(NobodyDrawn):
        record_proof(alpha, number, PAPER, actor=ME, now=NOW)
    mailing = draft(alpha, a_list(alpha))
    send(alpha, mailing)
    assert alpha.objects(Delivery).filter(mailing_id=mailing).count() == 1


def test_what_is_on_its_way_is_held_when_a_part_goes_over_the_limit(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    strict(alpha)
    brought(alpha, tmp_path, 1, 20)
    mailing = draft(alpha, a_list(alpha))
    send(alpha, mailing)
    untouched = launched(alpha, ["ann@example.org"])
    number = brought(alpha, tmp_path, 21, 40, now=NOW + timedelta(hours=1))
    assert state_of(alpha, mailing) == ("paused", "import.proof_missing")
    assert state_of(alpha, untouched)[0] == "sending"
    with pytest.raises(ProofMissing):
        resume(alpha, mailing, actor=ME, now=NOW)
    record_proof(alpha, number, PAPER, actor=ME, now=NOW)
    resume(alpha, mailing, actor=ME, now=NOW)
    assert state_of(alpha, mailing) == ("sending", "")


def test_somebody_erased_makes_way_for_another(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    strict(alpha)
    number = brought(alpha, tmp_path, 1, 40)
    shown = sampled(alpha, number, actor=ME, now=NOW)
    assert shown is not None
    one, email = shown.people[0]
    erase_person(alpha, email, actor=ME, now=NOW)
    found = sampled(alpha, number, actor=ME, now=NOW)
    assert found is not None and found.people[0][1] == "" and len(found.view.drawn) == 21
    assert sum(person.state == OPEN for person, _email in found.people) == 20
    assert find_by_email(alpha, email) is None and one.number == 1


def test_less_than_the_default_needs_an_instruction(alpha: TenantDB, beta: TenantDB) -> None:
    foreign = replace(alpha, own=False)
    for people_above in (0, 1_001):
        with pytest.raises(InstructionMissing):
            set_limit(foreign, people_above, actor=ME, now=NOW)
    set_limit(foreign, 10, actor=ME, now=NOW)
    assert entries(alpha, act="intake.sample_limit_set")[0]["details"] == {"above": 10, "instruction": None}


def test_the_commands_show_record_and_refuse(alpha: TenantDB, beta: TenantDB, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strict(alpha)
    number, paper = str(brought(alpha, tmp_path, 1, 40)), tmp_path / "forms.pdf"
    paper.write_bytes(PAPER)
    shown = run(capsys, "proof", "show", "alpha", number, "--json")
    assert len(shown["drawn"]) == 20 and shown["state"] == WAITING and shown["seed"] is None
    assert run(capsys, "proof", "refuse", "alpha", number, "--person", "2", "--json")["missing"] == 1
    assert run(capsys, "proof", "record", "alpha", number, "--file", paper, "--person", "3", "--json")["open"] == 18
    assert run(capsys, "proof", "record", "alpha", number, "--file", paper, "--json")["state"] == PROVEN
    assert run(capsys, "proof", "record", "alpha", number, "--file", paper, "--json", exit_code=4)["error"]["code"] == "import.nobody_drawn"
    states = [one["state"] for one in run(capsys, "proof", "show", "alpha", number, "--json")["drawn"]]
    assert states.count(MISSING) == 1 and OPEN not in states
    assert run(capsys, "proof", "rule", "alpha", "--above", "0", "--json") == {"slug": "alpha", "above": 0}

"""Lists say what they are for; one mailing serves two purposes only where an instruction asks for it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.errors import NoPurpose, PurposesDiffer
from siegelpost.audience.purposes import differing, pair, plain, without_purpose
from siegelpost.audience.reads import list_by_id
from siegelpost.audience.services import ListUse, create_list, ensure_standard_fields
from siegelpost.base import clock
from siegelpost.evidence.reads import entries
from siegelpost.flows.instructions import end_instruction, record_instruction
from siegelpost.flows.purposes import REFUSED, ensure_one_purpose, join_purposes
from siegelpost.governance.instructions.errors import InstructionMissing
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import draft, people
from tests.governance.watching import seen
from tests.intake.files import ME, NOW
from tests.intake.test_import_command import run
from tests.intake.test_samples import send

GROUND = "consent, Art. 6(1)(a) GDPR"
WORDS = st.text(st.characters(categories=("L", "Zs")), max_size=20)


def a_list_for(tenant: TenantDB, name: str, purpose: str) -> int:
    return create_list(tenant, name, use=ListUse(purpose, GROUND if purpose else ""), actor=ME, now=NOW)


@given(st.lists(WORDS, max_size=6))
def test_purposes_differ_in_pairs_and_a_list_that_says_none_differs_from_nothing(said: list[str]) -> None:
    found = differing(said)
    assert found == differing(list(reversed(said))) == differing([one.upper() for one in said] if all(map(str.isascii, said)) else said)
    named = {plain(one) for one in said} - {""}
    assert len(found) == len(named) * (len(named) - 1) // 2
    assert all(one == pair(*reversed(one)) for one in found)


def test_a_mailing_to_two_purposes_is_refused_and_the_log_says_so(alpha: TenantDB, beta: TenantDB) -> None:
    news, offers, silent = (a_list_for(alpha, name, purpose) for name, purpose in (("N", "News"), ("O", "Offers"), ("S", "")))
    ensure_standard_fields(alpha, NOW)
    for one in (news, offers, silent):
        people(alpha, [f"p{one}@example.org"], one)
    send(alpha, draft(alpha, news, silent))
    mailing = draft(alpha, news, offers)
    with pytest.raises(PurposesDiffer, match="news"):
        send(alpha, mailing)
    (refused,) = entries(alpha, act=REFUSED)
    assert refused["subject"] == f"mailing:{mailing}" and refused["details"]["purposes"] == [["news", "offers"]]
    found = seen("1.4-00", alpha, now=NOW + timedelta(days=1))
    assert (found.evidence["uses_refused"], found.evidence["lists_without_purpose"]) == (1, without_purpose(alpha))
    number = record_instruction(alpha, NewInstruction(kind="other", document=b"Both.", given_by="Eva"), actor=ME, now=NOW)
    join_purposes(alpha, "O", "N", instruction_id=number, actor=ME, now=NOW)
    send(alpha, mailing)
    end_instruction(alpha, number, actor=ME, now=NOW + timedelta(hours=1))
    with pytest.raises(PurposesDiffer):
        ensure_one_purpose(alpha, [news, offers], use="mailing:9", actor=ME, now=NOW + timedelta(days=2))


def test_joining_takes_two_purposes_and_an_instruction_that_holds(alpha: TenantDB, beta: TenantDB) -> None:
    for name, purpose in (("N", "News"), ("M", "news "), ("O", "Offers")):
        a_list_for(alpha, name, purpose)
    with pytest.raises(NoPurpose):
        join_purposes(alpha, "N", "M", instruction_id=1, actor=ME, now=NOW)
    with pytest.raises(InstructionMissing):
        join_purposes(alpha, "N", "O", instruction_id=1, actor=ME, now=NOW)


def test_the_commands_say_and_show_what_a_list_is_for(alpha: TenantDB, beta: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    made = run(capsys, "list", "create", "alpha", "N", "--purpose", "News", "--ground", GROUND, "--json")
    assert run(capsys, "list", "list", "alpha", "--json")[0]["purpose"] == "News"
    assert run(capsys, "list", "purpose", "alpha", "N", "--purpose", "Offers", "--ground", GROUND, "--json")["purpose"] == "Offers"
    assert list_by_id(alpha, made["id"]).ground == GROUND
    run(capsys, "list", "create", "alpha", "M", "--purpose", "News", "--json")
    said = run(capsys, "list", "join", "alpha", "N", "M", "--instruction", "7", "--json", exit_code=3)
    assert said["error"]["code"] == "instructions.missing" and clock.now() > NOW

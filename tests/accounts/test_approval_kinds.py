"""Further acts that wait for a second person: instructions, measuring people one by one, new keys, the rows that an import refused."""

import pytest

from siegelpost.accounts.approvals.acts import INSTRUCT, MEASURE, ROTATE, Rule
from siegelpost.accounts.approvals.errors import ApprovalDiffers, ApprovalNeeded, Wish
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.services import append
from siegelpost.flows import approving
from siegelpost.flows.approved_measuring import approve_personalised
from siegelpost.flows.carry_out import carry_out
from siegelpost.flows.instructions import record_instruction
from siegelpost.flows.rotate_keys import PREPARED, SWITCHED, WAITING, rotate_keys
from siegelpost.governance.instructions.errors import KindUnknown
from siegelpost.governance.instructions.reads import instructions
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.mailings.domain_rotation import idle_pairs
from siegelpost.mailings.reads import domains_of, signing_selector
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import HOUR, URL, WHY, Office, agree, office
from tests.delivery.support import NOON
from tests.governance.watching import seen
from tests.mailings.making import some_sender

HOST = Actor.operator()
SETTINGS = process_settings()
LATER = NOON + 2 * HOUR
PLAIN = NewInstruction(kind="other", document=b"Do not mail in August.", given_by="Eva Muster")
PERSONAL = NewInstruction(kind="personalised-measuring", document=b"Measure each person.", given_by="Eva Muster")


def approved(tenant: TenantDB, here: Office, wish: Wish) -> int:
    """Anna asks, Bert agrees."""
    number = approving.ask(tenant, wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    agree(tenant, number, here.bert)
    return number


def test_an_instruction_waits_and_is_recorded_with_the_document_that_was_approved(alpha: TenantDB) -> None:
    here = office(alpha, Rule(INSTRUCT, needed=True))
    with pytest.raises(ApprovalNeeded) as needed:
        record_instruction(alpha, PLAIN, actor=HOST, now=NOON)
    assert "August" not in str(needed.value.wish.what) and instructions(alpha, now=NOON) == []
    approved(alpha, here, needed.value.wish)
    other = NewInstruction(kind="other", document=b"Mail twice in August.", given_by="Eva Muster")
    by_whom = NewInstruction(kind="other", document=PLAIN.document, given_by="Somebody else")
    for wrong, fault in ((other, ApprovalNeeded), (by_whom, ApprovalDiffers)):
        with pytest.raises(fault):
            record_instruction(alpha, wrong, actor=HOST, now=LATER)
    with pytest.raises(KindUnknown):  # what cannot be recorded is not asked about
        record_instruction(alpha, NewInstruction(kind="none", document=b"x", given_by="Eva"), actor=HOST, now=LATER)
    record_instruction(alpha, PLAIN, actor=HOST, now=LATER)
    assert len(instructions(alpha, now=LATER)) == 1
    with pytest.raises(ApprovalNeeded):
        record_instruction(alpha, PLAIN, actor=HOST, now=LATER)
    assert seen("1.3-06", alpha, now=LATER + HOUR).state == "green"


def test_one_about_measuring_people_one_by_one_falls_under_the_rule_about_that(alpha: TenantDB) -> None:
    here = office(alpha, Rule(MEASURE, needed=True))
    record_instruction(alpha, PLAIN, actor=HOST, now=NOON)  # no rule about instructions
    with pytest.raises(ApprovalNeeded) as needed:
        record_instruction(alpha, PERSONAL, actor=HOST, now=NOON)
    assert needed.value.wish.act == MEASURE
    approved(alpha, here, needed.value.wish)
    record_instruction(alpha, PERSONAL, actor=HOST, now=LATER)
    assert [one.kind for one in instructions(alpha, now=LATER)] == ["personalised-measuring", "other"]


def test_the_switch_of_measuring_has_a_door_of_its_own(alpha: TenantDB) -> None:
    here = office(alpha)  # no rule: it needs somebody all the same
    with pytest.raises(ApprovalNeeded) as needed, alpha.atomic():
        approve_personalised(alpha, "mailing:3", {"mailing": 3}, actor=HOST, now=NOON)
    number = approved(alpha, here, needed.value.wish)
    with alpha.atomic():
        used = approve_personalised(alpha, "mailing:3", {"mailing": 3}, actor=Actor.staff(here.anna.pk), now=LATER)
    assert used is not None and used.id == number


@pytest.mark.slow
def test_new_keys_wait_and_keys_that_nobody_saw_wait_again(alpha: TenantDB) -> None:
    some_sender(alpha)
    domain = domains_of(alpha)[0].id
    here = office(alpha, Rule(ROTATE, needed=True))
    anna, before = Actor.staff(here.anna.pk), signing_selector(alpha, domain)

    def rotate(permitted: bool = False) -> str:
        return rotate_keys(alpha, domain, settings=SETTINGS, permitted=permitted, actor=anna, now=LATER)[0]

    with pytest.raises(ApprovalNeeded) as needed:
        rotate()
    assert idle_pairs(alpha, domain) == []
    number = approved(alpha, here, needed.value.wish)
    carry_out(alpha, number, by=here.anna.pk, settings=SETTINGS, now=LATER)
    assert len(idle_pairs(alpha, domain)) == 1 and rotate() == WAITING, "looking needs nobody"
    with pytest.raises(ApprovalNeeded) as unseen:
        rotate(permitted=True)
    assert signing_selector(alpha, domain) == before
    approved(alpha, here, unseen.value.wish)
    assert rotate(permitted=True) == SWITCHED and signing_selector(alpha, domain) != before
    assert seen("1.3-06", alpha, now=LATER + HOUR).evidence["keys_unapproved"] == 0
    assert PREPARED == "prepared"


def test_what_was_done_past_a_rule_is_seen(alpha: TenantDB) -> None:
    some_sender(alpha)
    office(alpha, Rule(ROTATE, needed=True), Rule(INSTRUCT, needed=True))
    with alpha.atomic():
        append(alpha, "sender.keys_prepared", subject="domain:1", details={}, actor=HOST, at=LATER)
        append(alpha, "instructions.recorded", subject="instruction:1", details={"kind": "other", "hash": "ab"}, actor=HOST, at=LATER)
    found = seen("1.3-06", alpha, now=LATER + HOUR)
    assert (found.state, found.evidence["keys_unapproved"], found.evidence["instructions_unapproved"]) == ("red", 1, 1)

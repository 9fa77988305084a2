"""Measuring single people is opened by an instruction for something in particular, by duties and a second person, and ends by itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.delivery.models import Outgoing
from siegelpost.flows.instructions import answer_instruction
from siegelpost.flows.measuring import choose_measuring
from siegelpost.flows.singly import confirm_duties, heed_singly, open_singly
from siegelpost.governance.instructions.errors import InstructionMissing as NoInstruction
from siegelpost.governance.instructions.errors import NotEntitled
from siegelpost.governance.instructions.rules import OBJECTED
from siegelpost.measure.choices import ensure_below
from siegelpost.measure.modes import PERSONALISED, AboveCeiling, InstructionMissing, ModeUnknown
from siegelpost.measure.reads import decided
from siegelpost.measure.singly.openings import duties_end, opening
from siegelpost.measure.singly.rules import (
    FIGURES,
    LISTS,
    PERIOD,
    YEAR,
    DutiesMissing,
    InstructionWholesale,
    ListNotInstructed,
    is_purpose,
    lacks,
)
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import office
from tests.delivery.support import a_list, launched
from tests.mailings.making import some_sender
from tests.measure.singling import CONTENT, DUTIES, HOST, NOW, PURPOSE, instructed, opened, wanted

WHOLESALE = (
    "", "Newsletter", "Marketing", "alles, was möglich ist", "für alle Zwecke", "Auswertung und Optimierung", "all purposes of marketing",
    "Statistik", "for everything and in general", "Werbung und Statistik, allgemein", "x" * 400,
)  # fmt: skip
GOOD = (PURPOSE, "Planning which topics the spring conference should cover", "Themen des Kundentags nach gelesenen Beiträgen auswählen")


@pytest.mark.parametrize("text", WHOLESALE)
def test_a_wholesale_purpose_is_none(text: str) -> None:
    assert not is_purpose(text)


@pytest.mark.parametrize("text", GOOD)
def test_a_sentence_about_something_in_particular_is_one(text: str) -> None:
    assert is_purpose(text) and lacks(text, ["clicks"], ["Letter"], 30) == []


@given(st.sets(st.sampled_from(["opens", "clicks", "profile"])), st.sets(st.text(max_size=3)), st.none() | st.integers(-5, 800))
def test_whatever_is_not_named_is_missed(figures: set[str], lists: set[str], days: int | None) -> None:
    missing = lacks(PURPOSE, figures, lists, days)
    assert (FIGURES in missing) == (not figures or "profile" in figures)
    assert (LISTS in missing) == (not lists) and (PERIOD in missing) == (days is None or not 0 < days <= YEAR.days)


def test_nothing_opens_without_duties_nor_without_a_second_person_whatever_the_rules_say(alpha: TenantDB) -> None:
    a_list(alpha)
    office(alpha)
    number = instructed(alpha)
    with pytest.raises(DutiesMissing):
        open_singly(alpha, wanted(number), actor=HOST, now=NOW)
    confirm_duties(alpha, DUTIES, actor=HOST, now=NOW)
    with pytest.raises(ApprovalNeeded) as needed:
        open_singly(alpha, wanted(number), actor=HOST, now=NOW)
    assert needed.value.wish.what["purpose"] == PURPOSE and opening(alpha) is None
    every: list[dict[str, Any]] = [{"purpose": "Marketing"}, {"figures": []}, {"lists": []}]
    for bad in every:
        with pytest.raises(InstructionWholesale):
            open_singly(alpha, wanted(number, **bad), actor=HOST, now=NOW)
    with pytest.raises(InstructionWholesale):
        open_singly(alpha, wanted(instructed(alpha, days=None, document=b"For ever.")), actor=HOST, now=NOW)
    with pytest.raises(NoInstruction):
        open_singly(alpha, wanted(4_711), actor=HOST, now=NOW)


def test_only_who_is_entitled_confirms(alpha: TenantDB) -> None:
    with pytest.raises(NotEntitled):
        confirm_duties(replace(alpha, own=False), DUTIES, actor=HOST, now=NOW)
    assert duties_end(alpha) is None


def test_what_is_asked_for_beyond_the_instruction_is_refused_with_the_reason(alpha: TenantDB) -> None:
    letter, other = a_list(alpha), a_list(alpha, "Other")
    with pytest.raises(InstructionMissing):
        ensure_below(alpha, PERSONALISED, [letter])
    opened(alpha, figures=["opens"])
    ensure_below(alpha, "named-opens", [letter])
    for mode, lists, fault in (
        (PERSONALISED, [letter], AboveCeiling),
        ("named-opens", [letter, other], ListNotInstructed),
        ("named-opens", [], ListNotInstructed),
        ("everything", [letter], ModeUnknown),
    ):
        with pytest.raises(fault):
            ensure_below(alpha, mode, lists)
    with pytest.raises(InstructionMissing):
        choose_measuring(alpha, PERSONALISED, actor=HOST, now=NOW)


def test_overdue_duties_make_new_mailings_anonymous_and_confirming_wakes_it(alpha: TenantDB) -> None:
    opened(alpha, days=300, duties_at=NOW - timedelta(days=300))
    emails, late = [f"p{n}@example.net" for n in range(20)], NOW + timedelta(days=100)
    mailing = launched(alpha, emails, content=CONTENT, at=late, measure=PERSONALISED)
    kept, found = decided(alpha, mailing), opening(alpha)
    assert kept is not None and kept.mode == "anonymous" and found is not None and found.asleep
    with pytest.raises(DutiesMissing):
        ensure_below(alpha, PERSONALISED, found.list_ids)
    confirm_duties(alpha, DUTIES, actor=HOST, now=late)
    ensure_below(alpha, PERSONALISED, found.list_ids)


def test_an_objection_or_the_end_closes_it(alpha: TenantDB) -> None:
    found = opened(alpha)
    answer_instruction(alpha, found.instruction_id, OBJECTED, actor=HOST, now=NOW)
    assert opening(alpha) is None


def test_its_last_day_is_whole_and_then_it_is_over(alpha: TenantDB) -> None:
    found = opened(alpha, days=5)
    heed_singly(alpha, now=found.until - timedelta(seconds=1))
    assert opening(alpha) is not None
    heed_singly(alpha, now=found.until)
    assert opening(alpha) is None


def test_the_tenant_is_told_thirty_days_before_and_once(alpha: TenantDB) -> None:
    some_sender(alpha)
    found = opened(alpha, days=100)
    heed_singly(alpha, now=NOW + timedelta(days=60))
    told = alpha.objects(Outgoing).filter(kind="notice", text__contains=f"{found.until:%Y-%m-%d}")
    assert told.count() == 0
    for day in (80, 81):
        heed_singly(alpha, now=NOW + timedelta(days=day))
    assert sorted(told.values_list("to", flat=True)) == ["anna@alpha.example", "bert@alpha.example"]

"""Consent to purposes beside the e-mails: a ledger of its own, declarations of their own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.audience.services import add_member, create_list, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.giving import give
from siegelpost.consent.grants import Proof, grant, withdraw
from siegelpost.consent.lint import Bundles, ConsentTextWrong, NoWithdrawal, PreTicked, wrong_with
from siegelpost.consent.lint_purposes import AsksForMails, NamesNothing, Profiles, wrong_with_purpose
from siegelpost.consent.purposes import LAST_LIST, MEASURING, PROFILING, PURPOSES, measured_at, running, take_back
from siegelpost.consent.reads import all_records, records_of, running_lists
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB

NOW = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
SUBJECT = Actor.subject()
PROOF = Proof(ground="double_opt_in", source="form:brief", sign_up_id="a" * 32)

BAD: Sequence[tuple[type[ConsentTextWrong], str, str]] = (
    (AsksForMails, MEASURING, "Ich möchte den Newsletter erhalten, und meine Klicks dürfen gespeichert werden. Widerruf jederzeit."),
    (AsksForMails, MEASURING, "I want to receive the newsletter and agree that my clicks are stored. I can withdraw at any time."),
    (AsksForMails, PROFILING, "Senden Sie mir E-Mails zu, die zu meinem Profil passen, und Angebote zusenden. Abmelden jederzeit."),
    (Profiles, MEASURING, "Ich willige ein, dass aus meinen Klicks ein Interessenprofil entsteht. Widerruf jederzeit."),
    (Profiles, MEASURING, "I agree that my clicks are stored to learn my interests. I can withdraw this at any time."),
    (PreTicked, MEASURING, "☑ Meine Öffnungen und Klicks dürfen gespeichert werden. Widerruf jederzeit."),
    (Bundles, MEASURING, "Meine Klicks dürfen gespeichert und an Partner weitergegeben werden. Widerruf jederzeit."),
    (NamesNothing, MEASURING, "Ich willige ein. Widerruf jederzeit."),
    (NamesNothing, PROFILING, "Ich bin mit allem einverstanden. Widerruf jederzeit."),
    (NoWithdrawal, MEASURING, "Ich willige ein, dass meine Klicks gespeichert werden."),
)


@pytest.mark.parametrize(("kind", "purpose", "text"), BAD)
def test_a_declaration_that_would_be_void_is_found(kind: type[ConsentTextWrong], purpose: str, text: str) -> None:
    assert kind in {type(one) for one in wrong_with_purpose(purpose, text)}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_our_own_words_are_good_for_their_purpose_and_void_for_the_newsletter(purpose: str) -> None:
    text = PURPOSES[purpose].format(tenant="Muster")
    assert list(wrong_with_purpose(purpose, text, ["Muster"])) == []
    assert [type(one) for one in wrong_with(text, ["Muster"])] != [], "measuring is never mixed into the e-mails"


def person(tenant: TenantDB, email: str = "ann@example.org", lists: int = 2) -> tuple[int, list[int]]:
    """Somebody on some lists, with consent for each."""
    made = [create_list(tenant, f"List {n}", actor=SUBJECT, now=NOW) for n in range(lists)]
    with tenant.atomic():
        number = put_subscriber(tenant, email, {}, NOW, SUBJECT)
        for one in made:
            add_member(tenant, number, one, NOW)
            grant(tenant, subscriber_id=number, list_id=one, proof=PROOF, at=NOW, actor=SUBJECT)
    return number, made


def agree(tenant: TenantDB, number: int, purpose: str = MEASURING, at: datetime = NOW) -> int:
    """That person agrees."""
    with tenant.atomic():
        return give(tenant, subscriber_id=number, purpose=purpose, proof=PROOF, at=at, actor=SUBJECT)


def test_a_consent_is_given_once_taken_back_and_given_again_with_its_whole_history(alpha: TenantDB) -> None:
    ann, _lists = person(alpha)
    first = agree(alpha, ann)
    assert agree(alpha, ann, at=NOW + timedelta(days=1)) == first and running(alpha, ann) == {MEASURING}
    with alpha.atomic():
        ended = take_back(alpha, subscriber_id=ann, purposes=PURPOSES, how="preferences", actor=SUBJECT, now=NOW + timedelta(days=2))
    assert ended == {MEASURING} and running(alpha, ann) == frozenset()
    again = agree(alpha, ann, at=NOW + timedelta(days=3))
    assert again != first and measured_at(alpha, [ann, ann + 1]) == {ann: NOW + timedelta(days=3)}
    told = [(one.withdrawn_at, one.withdrawn_how) for one in records_of(alpha, ann) if one.purpose == MEASURING]
    assert told == [(NOW + timedelta(days=2), "preferences"), (None, "")]
    acts = [one["act"] for one in entries(alpha) if one["act"].startswith("consent.purpose")]
    assert sorted(acts) == ["consent.purpose_granted", "consent.purpose_granted", "consent.purpose_withdrawn"]


def test_it_stands_apart_from_the_lists(alpha: TenantDB) -> None:
    ann, lists = person(alpha)
    agree(alpha, ann, PROFILING)
    assert running_lists(alpha, ann) == set(lists), "no list is a purpose"
    assert {one.list_id for page in all_records(alpha) for _number, one in page if one.purpose == PROFILING} == {0}
    with pytest.raises(ValueError, match="newsletter"):
        agree(alpha, ann, "newsletter")


def test_it_ends_with_the_last_list_and_not_before(alpha: TenantDB) -> None:
    ann, (one, other) = person(alpha)
    agree(alpha, ann)
    with alpha.atomic():
        withdraw(alpha, subscriber_id=ann, list_ids=[one], how="page", actor=SUBJECT, now=NOW)
    assert running(alpha, ann) == {MEASURING}
    with alpha.atomic():
        withdraw(alpha, subscriber_id=ann, list_ids=[other], how="page", actor=SUBJECT, now=NOW)
    assert running(alpha, ann) == frozenset()
    assert [record.withdrawn_how for record in records_of(alpha, ann) if record.purpose == MEASURING] == [LAST_LIST]

"""Consent given, kept once, taken back, and readable with its proof."""

from datetime import timedelta

import pytest

from siegelpost.consent.grants import Proof, grant, grant_many, withdraw
from siegelpost.consent.reads import confirmed_by, known_lists, records_of, running_lists
from siegelpost.consent.rules import text_digest
from siegelpost.consent.texts import ensure_text, wording
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.errors import TransactionNotNamed
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import NOON, OPERATOR, a_list, a_person

PROOF = Proof(ground="double_opt_in", source="form:brief", sign_up_id="a" * 32, requested_at=NOON - timedelta(minutes=3))


def give(tenant: TenantDB, person: int, list_id: int, proof: Proof = PROOF) -> int:
    with tenant.atomic():
        return grant(tenant, subscriber_id=person, list_id=list_id, proof=proof, at=NOON, actor=OPERATOR)


def take(tenant: TenantDB, person: int, *lists: int) -> int:
    with tenant.atomic():
        return withdraw(tenant, subscriber_id=person, list_ids=lists, how="page", actor=OPERATOR, now=NOON + timedelta(days=1))


def test_the_record_names_the_exact_wording_and_both_times(alpha: TenantDB) -> None:
    person, news = a_person(alpha), a_list(alpha)
    with alpha.atomic():
        text_id = ensure_text(alpha, "Ja, ich möchte.", language="de", now=NOON)
    asked = NOON - timedelta(seconds=61)
    give(alpha, person, news, Proof(ground="double_opt_in", source="form:brief", text_id=text_id, requested_at=asked))
    (record,) = records_of(alpha, person)
    shown = record.as_dict()
    assert shown["text"] == "Ja, ich möchte."
    assert shown["digest"] == text_digest("newsletter", "de", "Ja, ich möchte.")
    assert (shown["requested_at"], shown["granted_at"]) == ("2026-05-04T11:59:06+00:00", "2026-05-04T12:00:07+00:00")
    assert shown["withdrawn_at"] is None


def test_a_wording_is_stored_once(alpha: TenantDB) -> None:
    with alpha.atomic():
        first = ensure_text(alpha, "Yes.", language="en", now=NOON)
        assert ensure_text(alpha, "Yes.", language="en", now=NOON) == first
        assert ensure_text(alpha, "Yes. ", language="en", now=NOON) != first
        assert ensure_text(alpha, "Yes.", language="de", now=NOON) != first
    assert wording(alpha, first) == ("Yes.", "en")
    assert wording(alpha, None) == ("", "")


def test_a_second_grant_keeps_the_first_with_its_proof(alpha: TenantDB) -> None:
    person, news = a_person(alpha), a_list(alpha)
    first = give(alpha, person, news)
    assert give(alpha, person, news, Proof(ground="preferences", source="preferences")) == first
    assert [record.ground for record in records_of(alpha, person)] == ["double_opt_in"]
    assert len(entries(alpha, act="consent.granted")) == 1


def test_withdrawing_ends_the_consent_and_keeps_the_proof(alpha: TenantDB) -> None:
    person, news, offers = a_person(alpha), a_list(alpha, "News"), a_list(alpha, "Offers")
    give(alpha, person, news)
    give(alpha, person, offers)
    assert take(alpha, person, news) == 1
    assert take(alpha, person, news) == 0
    assert running_lists(alpha, person) == {offers}
    assert known_lists(alpha, person) == {news, offers}
    assert [record.withdrawn_how for record in records_of(alpha, person)] == ["page", ""]
    assert len(entries(alpha, act="consent.withdrawn")) == 1


def test_after_withdrawing_a_new_consent_is_a_new_record(alpha: TenantDB) -> None:
    person, news = a_person(alpha), a_list(alpha)
    first = give(alpha, person, news)
    take(alpha, person, news)
    assert give(alpha, person, news) != first
    assert len(records_of(alpha, person)) == 2
    assert confirmed_by(alpha, "a" * 32) == (person, (news, news))
    assert confirmed_by(alpha, "b" * 32) is None
    assert confirmed_by(alpha, "") is None


def test_an_import_grants_to_many_and_keeps_better_proof(alpha: TenantDB) -> None:
    news = a_list(alpha)
    people = [a_person(alpha, f"person{number}@example.com") for number in range(5)]
    give(alpha, people[0], news)
    with alpha.atomic():
        new = grant_many(alpha, people, news, proof=Proof(ground="fair 2026", source="cards"), import_id=9, at=NOON)
        again = grant_many(alpha, people, news, proof=Proof(ground="fair 2026", source="cards"), import_id=9, at=NOON)
    assert (new, again) == (4, 0)
    assert records_of(alpha, people[0])[0].ground == "double_opt_in"
    imported = records_of(alpha, people[4])[0]
    assert (imported.ground, imported.source, imported.import_id, imported.granted_at) == ("fair 2026", "cards", 9, NOON)
    assert imported.snapshot == {}


def test_nothing_is_granted_outside_a_named_transaction(alpha: TenantDB) -> None:
    person, news = a_person(alpha), a_list(alpha)
    with pytest.raises(TransactionNotNamed):
        grant(alpha, subscriber_id=person, list_id=news, proof=PROOF, at=NOON, actor=OPERATOR)

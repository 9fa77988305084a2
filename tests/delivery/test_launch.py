"""Freezing the audience: everybody who agreed and is not suppressed, once, and a reason for each of the others."""

import threading
from datetime import UTC, datetime

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import withdraw
from siegelpost.consent.rules import REASONS
from siegelpost.consent.suppression import suppress, suppress_pattern
from siegelpost.delivery import launch as freezing
from siegelpost.delivery import tally
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.reads import plan_of
from siegelpost.flows.check_mailing import ensure_sendable
from siegelpost.flows.launch import freeze, launch
from siegelpost.flows.status import status
from siegelpost.mailings.errors import StateRefused
from siegelpost.mailings.reads import mailing as mailing_facts
from siegelpost.mailings.state import PREPARING, move
from siegelpost.measure.services import register_targets
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, WHO, a_list, counts, draft, launched, people, state_of, states
from tests.patience import PATIENCE


def go(tenant: TenantDB, mailing: int) -> None:
    launch(tenant, mailing, settings=process_settings(), actor=WHO, now=datetime.now(UTC))


def never(tenant: TenantDB, kind: str, email: str, list_id: int | None = None) -> None:
    with tenant.atomic():
        suppress(tenant, kind=kind, key=address_key(email, tenant.keys.addresses), source="test", actor=WHO, now=NOON, list_id=list_id)


def pattern(tenant: TenantDB, text: str) -> None:
    with tenant.atomic():
        suppress_pattern(tenant, pattern=text, source="test", actor=WHO, now=NOON)


def test_each_reason_not_to_send_is_counted_once(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, 20, letter)
    people(alpha, ["quiet@example.org", "silent@example.org"], letter, consent=False)
    left = people(alpha, ["left@example.org"], letter)
    with alpha.atomic():
        withdraw(alpha, subscriber_id=left[0], list_ids=[letter], how="page", actor=WHO, now=NOON)
    never(alpha, "optout", "p00001@example.org")
    never(alpha, "optout", "p00002@example.org", letter)
    never(alpha, "optout", "p00003@example.org", letter + 77)
    never(alpha, "complaint", "p00004@example.org")
    never(alpha, "retained", "p00005@example.org")
    never(alpha, "exclusion", "p00006@example.org")
    never(alpha, "optout", "p00007@example.org")
    never(alpha, "complaint", "p00007@example.org")
    pattern(alpha, "p00008@%")
    mailing = draft(alpha, letter)
    go(alpha, mailing)
    found = counts(alpha, mailing)
    reasons = {name.partition(":")[2]: n for name, n in found.items() if name.startswith("excluded:")}
    assert reasons == {"no_consent": 3, "opted_out": 2, "complained": 2, "retained": 1, "excluded": 1, "blacklisted": 1}
    assert found["audience"] == 23 and found["due"] == 13
    assert status(alpha, mailing)["excluded"] == reasons


@pytest.mark.parametrize(
    ("entry", "hit", "spared"),
    [
        ("a_c@example.org", "a_c@example.org", "abc@example.org"),
        ("%_x@example.org", "q_x@example.org", "qyx@example.org"),
        ("%@Sub.Example.ORG", "q@sub.example.org", "q@sub-example.test"),
        ("Ann%", "anne@example.org", "joanna@example.org"),
        ("100%pure@example.org", "100-pure@example.org", "10-pure@example.org"),
    ],
)
def test_a_blacklist_pattern_hits_what_it_names_and_nothing_else(alpha: TenantDB, entry: str, hit: str, spared: str) -> None:
    letter = a_list(alpha)
    people(alpha, [hit, spared], letter)
    pattern(alpha, entry)
    mailing = draft(alpha, letter)
    go(alpha, mailing)
    assert states(alpha, mailing) == {spared: "due"}
    assert counts(alpha, mailing) == {"audience": 2, "due": 1, "excluded:blacklisted": 1}


def test_a_backslash_in_a_pattern_means_itself(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, ["a\\b@example.org", "ab@example.org", "a%b@example.org"], letter)
    pattern(alpha, "a\\b@example.org")
    mailing = draft(alpha, letter)
    go(alpha, mailing)
    assert set(states(alpha, mailing)) == {"ab@example.org", "a%b@example.org"}


def test_a_person_on_several_lists_gets_one_message(alpha: TenantDB) -> None:
    one, two = a_list(alpha, "One"), a_list(alpha, "Two")
    people(alpha, ["both@example.org", "first@example.org"], one)
    people(alpha, ["both@example.org", "second@example.org"], two)
    people(alpha, ["half@example.org"], one, consent=False)
    people(alpha, ["half@example.org"], two)
    never(alpha, "optout", "both@example.org", one)
    mailing = draft(alpha, one, two)
    go(alpha, mailing)
    assert set(states(alpha, mailing)) == {"both@example.org", "first@example.org", "second@example.org", "half@example.org"}
    assert counts(alpha, mailing) == {"audience": 4, "due": 4}


def test_an_opt_out_from_every_list_of_a_mailing_excludes(alpha: TenantDB) -> None:
    one, two = a_list(alpha, "One"), a_list(alpha, "Two")
    for letter in (one, two):
        people(alpha, ["both@example.org"], letter)
        never(alpha, "optout", "both@example.org", letter)
    mailing = draft(alpha, one, two)
    go(alpha, mailing)
    assert counts(alpha, mailing) == {"audience": 1, "excluded:opted_out": 1}


@pytest.mark.slow
def test_a_launch_that_broke_off_goes_on_without_doubling_or_losing(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = a_list(alpha)
    people(alpha, 11_000, letter)
    never(alpha, "complaint", "p00010@example.org")
    never(alpha, "complaint", "p07000@example.org")
    mailing = draft(alpha, letter)
    real, calls = tally.add, []

    def breaks(tenant: TenantDB, mailing_id: int, changes: dict[str, int]) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("disk full")  # after the rows of the second range were written, before its counters
        real(tenant, mailing_id, changes)

    with monkeypatch.context() as patch:
        patch.setattr(tally, "add", breaks)
        with pytest.raises(OSError, match="disk full"):
            go(alpha, mailing)
    assert state_of(alpha, mailing)[0] == PREPARING
    assert counts(alpha, mailing) == {"audience": 5000, "due": 4999, "excluded:complained": 1}
    people(alpha, ["late@example.org"], letter)
    go(alpha, mailing)
    assert state_of(alpha, mailing)[0] == "sending"
    assert counts(alpha, mailing) == {"audience": 11_000, "due": 10_998, "excluded:complained": 2}
    assert "late@example.org" not in states(alpha, mailing)


def test_two_launches_at_once_count_everybody_once(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, 50, letter)
    people(alpha, ["quiet@example.org"], letter, consent=False)
    mailing = draft(alpha, letter)
    facts = mailing_facts(alpha, mailing)
    sender = ensure_sendable(alpha, mailing, public_host="localhost")
    plan, measured = freeze(alpha, facts, sender, process_settings())
    with alpha.atomic():
        move(alpha, mailing, PREPARING, frm=("draft",), actor=WHO, now=NOON)
        register_targets(alpha, measured, actor=WHO, now=NOON)
        freezing.freeze_plan(alpha, plan, now=NOON)
    together, refused = threading.Barrier(2), []

    def one() -> None:
        together.wait(PATIENCE)
        try:
            go(alpha, mailing)
        except StateRefused:
            refused.append(1)
        finally:
            alpha.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(refused) <= 1
    assert counts(alpha, mailing) == {"audience": 51, "due": 50, "excluded:no_consent": 1}


def test_a_range_that_was_frozen_is_not_counted_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 30)
    people(alpha, ["quiet@example.org"], a_list(alpha), consent=False)
    before = counts(alpha, mailing)
    freezing._freeze_range(alpha, plan_of(alpha, mailing), "{}", 0, 5000)  # as a second process would, that read the mark too early
    assert counts(alpha, mailing) == before


def test_a_mailing_to_nobody_adds_up(alpha: TenantDB) -> None:
    mailing = draft(alpha, a_list(alpha))
    go(alpha, mailing)
    assert counts(alpha, mailing) == {}
    assert alpha.objects(Delivery).count() == 0


def test_a_mailing_is_launched_once(alpha: TenantDB) -> None:
    mailing = launched(alpha, 5)
    with pytest.raises(StateRefused):
        go(alpha, mailing)
    assert counts(alpha, mailing) == {"audience": 5, "due": 5}


def test_the_view_names_and_weighs_reasons_like_the_rules(alpha: TenantDB) -> None:
    kinds = list(REASONS)
    emails = [f"{kind}@example.org" for kind in kinds]
    people(alpha, emails, a_list(alpha))
    for place, email in enumerate(emails):
        for kind in kinds[place:]:
            never(alpha, kind, email)
    with alpha.cursor() as cursor:
        cursor.execute("SELECT reason FROM consent_verdict ORDER BY subscriber_id")
        assert [reason for (reason,) in cursor.fetchall()] == list(REASONS.values())

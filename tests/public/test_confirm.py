"""`/s/TOKEN`: the owner of an address says yes, or "I did not ask for this"."""

from datetime import timedelta

import pytest
import time_machine

from siegelpost.audience.reads import find_by_email
from siegelpost.base import clock
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.rules import COMPLAINT, OPTOUT
from siegelpost.consent.signups.models import SignUp
from siegelpost.consent.suppression import check, suppress
from siegelpost.consent.texts import wording
from siegelpost.evidence.reads import entries
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.signups import open_sign_ups
from tests.public.world import NOW, OPERATOR, World, browser, fill_in, text

ZOE = "zoe@example.com"


@pytest.fixture
def link(world: World) -> str:
    """The link that a sign-up of Zoë's led to."""
    fill_in(browser("de"), **{"field-first_name": "Zoë"})
    return world.sign_up_link(world.pending()[0].id)


@pytest.mark.parametrize("query", ["", "?not-me", "?act=confirm", "?act=refuse"])
def test_opening_the_link_confirms_and_refuses_nothing(world: World, link: str, query: str) -> None:
    assert browser().get(link + query).status_code == 200
    assert browser().head(link + query).status_code == 200
    assert len(world.pending()) == 1
    assert find_by_email(world.tenant, ZOE) is None


def test_the_page_shows_the_very_words(world: World, link: str) -> None:
    assert wording(world.tenant, world.form.text_id)[0] in text(browser().get(link))


def test_confirming_makes_subscriber_membership_and_proof_and_forgets_the_sign_up(world: World, link: str) -> None:
    asked = world.pending()[0].requested_at
    answer = browser("de").post(link)
    assert answer.status_code == 200
    assert "Danke, Sie sind angemeldet" in text(answer)
    person = find_by_email(world.tenant, ZOE)
    assert person is not None
    assert person.fields["first_name"] == "Zoë"
    assert person.list_ids == {world.news}
    (record,) = records_of(world.tenant, person.id)
    assert (record.ground, record.source, record.requested_at) == ("double_opt_in", "form:brief", asked)
    assert record.text == world.form.text
    assert record.granted_at >= asked
    assert record.snapshot["lists"] == ["News"]
    assert world.pending() == []
    (entry,) = entries(world.tenant, act="consent.granted")
    assert ZOE not in repr(entry)


def test_confirming_twice_is_fine(world: World, link: str) -> None:
    first, second, third = browser().post(link), browser().post(link), browser().get(link)
    assert {answer.status_code for answer in (first, second, third)} == {200}
    assert "you are signed up" in text(third)
    person = find_by_email(world.tenant, ZOE)
    assert person is not None
    assert len(records_of(world.tenant, person.id)) == 1


def test_whoever_left_is_not_brought_back_by_an_old_link(world: World, link: str) -> None:
    browser().post(link)
    person = find_by_email(world.tenant, ZOE)
    assert person is not None
    browser().post(world.link("u", person.id))
    assert browser().get(link).status_code == 404
    assert browser().post(link).status_code == 404
    assert running_lists(world.tenant, person.id) == frozenset()


def test_a_new_sign_up_lifts_the_own_opt_out_and_never_a_complaint(world: World, link: str) -> None:
    key = address_key(ZOE, world.tenant.keys.addresses)
    with world.tenant.atomic():
        suppress(world.tenant, kind=OPTOUT, key=key, list_id=world.news, source="test", actor=OPERATOR, now=NOW)
        suppress(world.tenant, kind=OPTOUT, key=key, list_id=world.offers, source="test", actor=OPERATOR, now=NOW)
        suppress(world.tenant, kind=COMPLAINT, key=key, source="test", actor=OPERATOR, now=NOW)
    browser().post(link)
    assert [(entry.kind, entry.list_id) for entry in check(world.tenant, ZOE)] == [(OPTOUT, world.offers), (COMPLAINT, None)]


@pytest.mark.slow
def test_i_did_not_ask_for_this_forgets_and_pauses_for_thirty_days(world: World, link: str) -> None:
    page = browser("de").get(link + "?not-me")
    assert "Das war ich nicht" in text(page)
    answer = browser("de").post(link, {"act": "refuse"})
    assert "Die Anmeldung ist gelöscht" in text(answer)
    assert world.pending() == []
    assert browser().post(link, {"act": "refuse"}).status_code == 200
    assert [entry["subject"] for entry in entries(world.tenant, act="sign_up.refused")] == ["form:brief"]
    fill_in(browser())
    assert len(world.mails()) == 1
    with time_machine.travel(clock.now() + timedelta(days=31), tick=True):
        fill_in(browser())
    assert len(world.mails()) == 2


def test_after_a_refusal_the_link_confirms_nothing(world: World, link: str) -> None:
    browser().post(link, {"act": "refuse"})
    assert browser().post(link).status_code == 404
    assert browser().get(link).status_code == 404
    assert find_by_email(world.tenant, ZOE) is None


def test_whoever_confirmed_and_did_not_mean_it_is_taken_off_again(world: World, link: str) -> None:
    browser().post(link)
    assert "You did not ask for this?" in text(browser().get(link + "?not-me"))
    assert "You will get no e-mails" in text(browser().post(link, {"act": "refuse"}))
    person = find_by_email(world.tenant, ZOE)
    assert person is not None
    assert running_lists(world.tenant, person.id) == frozenset()
    assert [(entry.kind, entry.source) for entry in check(world.tenant, ZOE)] == [(OPTOUT, "not-me")]


@pytest.mark.slow
def test_whoever_did_not_mean_it_is_not_asked_again_for_thirty_days(world: World, link: str) -> None:
    browser().post(link)
    browser().post(link, {"act": "refuse"})
    fill_in(browser())
    assert len(world.mails()) == 1
    with time_machine.travel(clock.now() + timedelta(days=31), tick=True):
        fill_in(browser())
    assert len(world.mails()) == 2


def test_after_fourteen_days_the_link_is_too_old(world: World, link: str) -> None:
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=2), tick=True):
        answer = browser().post(link)
    assert answer.status_code == 404
    assert "sign_up.gone" in text(answer)
    assert "please sign up again" in text(answer)
    assert find_by_email(world.tenant, ZOE) is None


def test_a_crash_between_the_two_stores_is_healed_by_the_next_click(world: World, link: str) -> None:
    left_over = world.pending()[0]
    browser().post(link)
    store = open_sign_ups(world.tenant)
    with store.atomic():
        store.objects(SignUp).bulk_create([left_over])
    assert browser().post(link).status_code == 200
    assert world.pending() == []
    assert len(entries(world.tenant, act="consent.granted")) == 1

"""Consent to measuring as strangers give and withdraw it: a box of its own, the same double opt-in, the page of preferences."""

import json
import re
from dataclasses import replace

import pytest

from siegelpost.audience.reads import find_by_email
from siegelpost.consent.forms import FormDraft, FormView, change_form
from siegelpost.consent.lint_purposes import AsksForMails
from siegelpost.consent.purposes import MEASURING, PROFILING, running
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.erasure.keeping import opened
from siegelpost.erasure.rules import CONSENT
from siegelpost.evidence.reads import entries
from siegelpost.flows.consent_file import consent_file
from siegelpost.flows.erase_person import erase_person
from siegelpost.flows.tell_person import tell_person
from siegelpost.sign.addresses import address_key
from tests.public.world import FORM, NOW, OPERATOR, World, browser, fill_in, text

ZOE = "zoe@example.com"
BOX = 'name="agreed-measuring"'


def asking(world: World, **asks: str) -> FormView:
    """The form of the world, which now asks for something beside."""
    draft = FormDraft(name="Brief", language="de", lists=[(world.news, "News")], field_aliases=("first_name", "last_name"), asks=asks)
    return change_form(world.tenant, world.form.id, draft, version=world.form.version, active=True, actor=OPERATOR, now=NOW)


def zoe(world: World) -> int:
    """Her number."""
    found = find_by_email(world.tenant, ZOE)
    assert found is not None
    return found.id


def confirmed(world: World, **more: str) -> int:
    """Zoë signs up and confirms."""
    fill_in(browser("de"), ZOE, **more)
    browser("de").post(world.sign_up_link(world.pending()[-1].id))
    return zoe(world)


def test_the_box_is_its_own_empty_and_nobody_has_to_tick_it(world: World) -> None:
    assert BOX not in browser().get(FORM).content.decode()
    form = asking(world, measuring="")
    page = browser().get(FORM).content.decode()
    (box,) = re.findall(rf"<input[^>]*{BOX}[^>]*>", page)
    assert "checked" not in box and "required" not in box
    assert form.asks[0].text in text(browser().get(FORM)) and form.asks[0].text not in form.text
    faulty = fill_in(browser(), "no address", **{"agreed-measuring": "1"}).content.decode()
    assert "checked" not in re.findall(rf"<input[^>]*{BOX}[^>]*>", faulty)[0]


def test_whoever_leaves_the_box_empty_agrees_to_the_mails_alone(world: World) -> None:
    asking(world, measuring="", profiling="")
    person = confirmed(world)
    assert running_lists(world.tenant, person) == {world.news} and running(world.tenant, person) == frozenset()


def test_a_box_that_the_form_does_not_show_is_nothing(world: World) -> None:
    person = confirmed(world, **{"agreed-measuring": "1", "agreed-profiling": "1"})
    assert running(world.tenant, person) == frozenset()


def test_the_box_alone_is_no_consent_until_the_owner_confirms_and_then_it_has_its_own_proof(world: World) -> None:
    form = asking(world, measuring="")
    fill_in(browser("de"), ZOE, **{"agreed-measuring": "1"})
    (mail,), (pending,) = world.mails(), world.pending()
    for where in (mail.text, mail.html, text(browser("de").get(world.sign_up_link(pending.id)))):
        assert form.asks[0].text in " ".join(where.split())
    browser("de").post(world.sign_up_link(pending.id))
    person = zoe(world)
    assert running(world.tenant, person) == {MEASURING}
    mails, measuring = sorted(records_of(world.tenant, person), key=lambda one: one.list_id, reverse=True)
    assert (measuring.text, measuring.list_id, measuring.ground) == (form.asks[0].text, 0, "double_opt_in")
    assert measuring.digest != mails.digest and measuring.requested_at == mails.requested_at and measuring.sign_up_id == pending.id
    (entry,) = entries(world.tenant, act="consent.purpose_granted")
    assert entry["details"]["text_sha256"] == measuring.digest and ZOE not in repr(entry)
    assert browser("de").post(world.sign_up_link(pending.id)).status_code == 200 and len(records_of(world.tenant, person)) == 2


def test_somebody_on_the_list_already_is_asked_again_for_the_purpose_alone(world: World) -> None:
    asking(world, measuring="")
    person = confirmed(world)
    fill_in(browser("de"), ZOE)
    assert world.pending() == [], "nothing is new"
    fill_in(browser("de"), ZOE, **{"agreed-measuring": "1"})
    link = world.sign_up_link(world.pending()[-1].id)
    assert browser("de").post(link).status_code == browser("de").post(link).status_code == 200
    assert running(world.tenant, person) == {MEASURING}
    browser("de").post(link, {"act": "refuse"})
    assert running(world.tenant, person) == frozenset() and browser("de").get(link).status_code == 404


def test_it_is_withdrawn_and_given_on_the_page_of_preferences(world: World) -> None:
    person = world.person()
    link = world.link("p", person)
    assert 'name="give"' not in browser().get(link).content.decode(), "no form asks for it"
    browser().post(link, {"give": MEASURING})
    assert running(world.tenant, person) == frozenset()
    asking(world, measuring="")
    browser().post(link, {"give": MEASURING})
    assert running(world.tenant, person) == {MEASURING}
    assert records_of(world.tenant, person)[-1].text in text(browser().get(world.link("p", world.person("bob@example.org"))))
    browser().post(link, {"withdraw": MEASURING})
    assert running(world.tenant, person) == frozenset() and running_lists(world.tenant, person) == {world.news}


def test_whoever_wants_to_be_counted_nowhere_withdraws_it_with_that(world: World) -> None:
    asking(world, measuring="", profiling="")
    person = confirmed(world, **{"agreed-measuring": "1", "agreed-profiling": "1"})
    assert running(world.tenant, person) == {MEASURING, PROFILING}
    link = world.link("p", person)
    browser().post(link, {"measuring": "none"})
    assert running(world.tenant, person) == frozenset() and 'name="give"' not in browser().get(link).content.decode()


def test_a_declaration_that_asks_for_the_mails_too_is_refused_and_nothing_is_saved(world: World) -> None:
    bad = "Ich möchte den Newsletter erhalten, und meine Klicks dürfen gespeichert werden. Widerruf jederzeit."
    with pytest.raises(AsksForMails) as refused:
        asking(world, measuring=bad)
    assert refused.value.purpose == MEASURING and BOX not in browser().get(FORM).content.decode()


def test_paper_copy_and_sealed_proof_have_it_and_an_erasure_takes_it(world: World) -> None:
    form = asking(world, measuring="")
    person = confirmed(world, **{"agreed-measuring": "1"})
    view = find_by_email(world.tenant, ZOE)
    assert view is not None
    made = consent_file(world.tenant, view, channel="command", zone="Europe/Berlin", actor=OPERATOR, now=NOW)
    assert made.startswith(b"%PDF")
    copy = json.loads(tell_person(world.tenant, ZOE, actor=OPERATOR, now=NOW))
    assert json.dumps(form.asks[0].text, ensure_ascii=False) in json.dumps(copy, ensure_ascii=False)
    erase_person(world.tenant, ZOE, actor=OPERATOR, now=NOW)
    assert running(world.tenant, person) == frozenset() and records_of(world.tenant, person) == []
    (kept,) = opened(world.tenant, address_key(ZOE, world.tenant.keys.addresses), CONSENT)
    assert {one["purpose"] for one in kept["consents"]} == {"newsletter", MEASURING}


def test_the_tenants_own_words_stay_on_record_when_others_follow(world: World) -> None:
    words = "Ich willige ein, dass meine Öffnungen und Klicks zu meiner Person gespeichert werden. Widerruf jederzeit."
    form = asking(world, measuring=words)
    person = confirmed(world, **{"agreed-measuring": "1"})
    asking(replace(world, form=form), measuring="")
    assert [one.text for one in records_of(world.tenant, person) if one.purpose == MEASURING] == [words]

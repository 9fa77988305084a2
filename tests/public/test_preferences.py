"""`/p/TOKEN`: lists on and off."""

from siegelpost.audience.reads import find_subscriber
from siegelpost.audience.services import create_list
from siegelpost.consent.models import Unmeasured
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.suppression import check
from siegelpost.feedback.models import Event
from tests.public.world import NOW, OPERATOR, World, browser, text

ANN = "ann@example.org"


def test_the_page_shows_own_and_public_lists_and_no_others(world: World) -> None:
    create_list(world.tenant, "Late payers", actor=OPERATOR, now=NOW)
    person = world.person(ANN, world.offers)
    page = browser().get(world.link("p", person))
    assert "News" in text(page)
    assert "Offers" in text(page)
    assert "Late payers" not in text(page)
    assert page.content.count(b" checked") == 1
    assert ANN not in text(page)


def test_switching_off_withdraws_and_counts_for_the_mailing(world: World) -> None:
    person = world.person(ANN, world.news, world.offers)
    answer = browser("de").post(world.link("p", person), {"save": "1", "list": [str(world.offers)]})
    assert "Ihre Auswahl ist gespeichert" in text(answer)
    assert running_lists(world.tenant, person) == {world.offers}
    assert [(entry.kind, entry.list_id) for entry in check(world.tenant, ANN)] == [("optout", world.news)]
    assert world.tenant.objects(Event).filter(kind="unsubscribe", mailing_id=world.mailing).count() == 1


def test_switching_on_is_a_new_consent_with_the_text_of_the_page(world: World) -> None:
    person = world.person(ANN, world.offers)
    link = world.link("p", person)
    shown = text(browser("de").get(link))
    browser("de").post(link, {"list": [str(world.offers), str(world.news)]})
    assert running_lists(world.tenant, person) == {world.offers, world.news}
    record = records_of(world.tenant, person)[-1]
    assert (record.ground, record.text_language) == ("preferences", "de")
    assert record.text in shown
    found = find_subscriber(world.tenant, person)
    assert found is not None
    assert found.list_ids == {world.offers, world.news}


def test_off_and_on_again_lifts_the_own_opt_out(world: World) -> None:
    person = world.person()
    link = world.link("p", person)
    browser().post(link, {"save": "1"})
    assert running_lists(world.tenant, person) == frozenset()
    browser().post(link, {"list": str(world.news)})
    assert running_lists(world.tenant, person) == {world.news}
    assert check(world.tenant, ANN) == []


def test_everything_off_is_for_good(world: World) -> None:
    person = world.person(ANN, world.news, world.offers)
    browser().post(world.link("p", person), {"nothing": "1", "list": str(world.news)})
    assert running_lists(world.tenant, person) == frozenset()
    assert [(entry.kind, entry.list_id) for entry in check(world.tenant, ANN)] == [("optout", None)]


def test_saving_twice_writes_once(world: World) -> None:
    person = world.person()
    link = world.link("p", person)
    for _each in range(2):
        browser().post(link, {"list": [str(world.news)]})
    assert len(records_of(world.tenant, person)) == 1


def test_lists_that_are_not_shown_cannot_be_switched_on(world: World) -> None:
    hidden = create_list(world.tenant, "Late payers", actor=OPERATOR, now=NOW)
    person = world.person()
    values = [str(world.news), str(hidden), "-1", "9" * 400, "x", "\x00", "٣"]
    assert browser().post(world.link("p", person), {"list": values}).status_code == 200
    assert running_lists(world.tenant, person) == {world.news}


def test_somebody_who_was_erased_sees_that_nothing_is_left(world: World) -> None:
    link = world.link("p", 4_711)
    assert "nothing stored about you" in text(browser().get(link))
    assert browser().post(link, {"list": str(world.news)}).status_code == 200
    assert running_lists(world.tenant, 4_711) == frozenset()


def test_whoever_wants_no_measuring_says_so_with_one_button_and_takes_it_back_with_another(world: World) -> None:
    person = world.person()
    path = world.link("p", person)
    assert "Count nothing of me" in text(browser("en").get(path))
    after = text(browser("en").post(path, {"measuring": "none"}))
    assert "saved" in after and "Count me again" in after
    assert world.tenant.objects(Unmeasured).count() == 1
    assert "Mich wieder mitzählen" in text(browser("de").get(path))
    browser().post(path, {"measuring": "as-others"})
    assert world.tenant.objects(Unmeasured).count() == 0

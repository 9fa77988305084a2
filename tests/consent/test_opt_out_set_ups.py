"""What else happens when somebody leaves: as the tenant set it up, and never more."""

import pytest

from siegelpost.base.actor import Actor
from siegelpost.consent.giving import give
from siegelpost.consent.grants import Proof
from siegelpost.consent.models import Suppression
from siegelpost.consent.opt_out_set_ups import SetUpDraft, SetUpExists, SetUpStale, change_set_up, create_set_up
from siegelpost.consent.purposes import MEASURING, running
from siegelpost.consent.reads import running_lists
from siegelpost.consent.suppression import OptOutEntry, check, lift_opt_out, opt_out, reason_for, suppress
from siegelpost.consent.texts import ensure_text
from siegelpost.flows.confirm import SignUpGone, confirm
from siegelpost.flows.opt_out_set_ups import create
from siegelpost.flows.preferences import Choice, change, show
from siegelpost.flows.sign_up import sign_up
from siegelpost.flows.sign_up_entry import SignUpEntry
from siegelpost.flows.unsubscribe import leave_lists, unsubscribe
from siegelpost.mailings.dialog_errors import DialogUnknown
from siegelpost.mailings.dialog_rules import FAREWELL, Words
from siegelpost.mailings.dialogs import DialogDraft, create_dialog, switch_dialog
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import key_of
from tests.public.world import NOW, OPERATOR, World, make_world

ANN = "ann@example.org"


@pytest.fixture
def world(alpha: TenantDB, beta: TenantDB) -> World:
    """Alpha with two lists, a form and a mailing; beta must stay as it is."""
    return make_world(alpha)


def set_up(world: World, **chosen: object) -> None:
    create_set_up(world.tenant, SetUpDraft(name="Leaving", **chosen), actor=OPERATOR, now=NOW)  # type: ignore[arg-type]


def a_farewell(world: World) -> int:
    words = Words("Good-bye", "{{ first_name }}, you have left {{ lists }}.\n\n{{ imprint }}\n")
    number = create_dialog(world.tenant, FAREWELL, DialogDraft(name="Bye", format="txt", words={"de": words}), actor=OPERATOR, now=NOW)
    switch_dialog(world.tenant, number, True, actor=OPERATOR, now=NOW)
    return number


def leave(world: World, how: str = "one-click") -> int:
    person = world.person(ANN, world.news, world.offers)
    unsubscribe(world.tenant, person, world.mailing, how=how, actor=Actor.subject(), now=NOW)
    return person


def back(world: World, person_email: str = ANN) -> bool:
    """Sign up again with the form and confirm; whether a confirmation was asked for."""
    entry = SignUpEntry(email=person_email, fields={}, agreed=True, trap="", stamp="", language="en")
    if not sign_up(world.tenant, world.form, entry, public_url="http://localhost", now=NOW):
        return False
    confirm(world.tenant, world.pending()[-1].id, now=NOW)
    return True


def test_without_a_set_up_only_the_lists_of_the_mailing_end(world: World) -> None:
    assert running_lists(world.tenant, leave(world)) == {world.offers}
    assert [one.kind for one in check(world.tenant, ANN)] == ["optout"] and world.mails() == []


def test_lists_of_the_set_up_end_as_well(world: World) -> None:
    set_up(world, also_ids=(world.offers,))
    assert running_lists(world.tenant, leave(world)) == frozenset()
    assert (reason_for(world.tenant, ANN, world.offers), reason_for(world.tenant, ANN, None)) == ("opted_out", "")


def test_everything_ends_where_that_is_chosen(world: World) -> None:
    set_up(world, everything=True)
    assert running_lists(world.tenant, leave(world)) == frozenset() and reason_for(world.tenant, ANN, None) == "opted_out"


def test_a_set_up_is_about_its_lists_alone_and_only_while_it_is_in_use(world: World) -> None:
    create_set_up(world.tenant, SetUpDraft(name="A", list_ids=(world.offers,), everything=True), actor=OPERATOR, now=NOW)
    create_set_up(world.tenant, SetUpDraft(name="B", blacklist=True, active=False), actor=OPERATOR, now=NOW)
    assert running_lists(world.tenant, leave(world)) == {world.offers}
    assert [one.kind for one in check(world.tenant, ANN)] == ["optout"]


def test_a_new_double_opt_in_lifts_it(world: World) -> None:
    person = leave(world)
    assert back(world) and running_lists(world.tenant, person) == {world.news, world.offers}
    assert reason_for(world.tenant, ANN, world.news) == ""


def test_for_good_is_for_good(world: World) -> None:
    set_up(world, final=True)
    person = leave(world)
    assert not back(world) and world.mails() == []
    assert [one.name for one in show(world.tenant, person, language="en").lists] == ["Offers"]
    change(world.tenant, person, Choice(on={world.news, world.offers}, nothing=False, mailing_id=world.mailing, language="en"), now=NOW)
    assert running_lists(world.tenant, person) == {world.offers}


def test_no_act_lifts_what_is_for_good(world: World) -> None:
    entries = [OptOutEntry(key_of(world.tenant, ANN), world.news, "page", final=True), OptOutEntry(key_of(world.tenant, ANN), None, "page")]
    with world.tenant.atomic():
        for one in entries:
            opt_out(world.tenant, one, actor=OPERATOR, now=NOW)
        lists = (world.news, world.offers)
        assert lift_opt_out(world.tenant, key_of(world.tenant, ANN), lists, actor=OPERATOR, now=NOW) == 1
    assert [reason_for(world.tenant, ANN, one) for one in lists] == ["opted_out", ""]


def test_what_waited_for_its_confirmation_does_not_lift_what_is_for_good(world: World) -> None:
    set_up(world, final=True)
    entry = SignUpEntry(email=ANN, fields={}, agreed=True, trap="", stamp="", language="en")
    sign_up(world.tenant, world.form, entry, public_url="http://localhost", now=NOW)
    leave(world)
    with pytest.raises(SignUpGone):
        confirm(world.tenant, world.pending()[0].id, now=NOW)
    assert reason_for(world.tenant, ANN, world.news) == "opted_out"


def test_a_blacklist_entry_of_a_set_up_is_lifted_by_no_sign_up(world: World) -> None:
    set_up(world, blacklist=True)
    leave(world)
    assert {one.kind for one in check(world.tenant, ANN)} == {"optout", "blacklist"}
    assert not back(world)


def test_a_choice_on_the_page_of_preferences_is_taken_word_for_word(world: World) -> None:
    set_up(world, everything=True, blacklist=True, final=True, also_ids=(world.offers,))
    person = world.person(ANN, world.news, world.offers)
    change(world.tenant, person, Choice(on={world.offers}, nothing=False, mailing_id=world.mailing, language="en"), now=NOW)
    assert running_lists(world.tenant, person) == {world.offers}
    change(world.tenant, person, Choice(on={world.news, world.offers}, nothing=False, mailing_id=world.mailing, language="en"), now=NOW)
    assert running_lists(world.tenant, person) == {world.news, world.offers}


@pytest.mark.parametrize("how", ["complaint", "not-me", "reply"])
def test_what_was_no_clear_withdrawal_brings_nothing_that_lasts(world: World, how: str) -> None:
    set_up(world, blacklist=True, final=True, farewell_id=a_farewell(world))
    person = world.person()
    with world.tenant.atomic():
        leave_lists(world.tenant, person, [world.news], how=how, actor=Actor.subject(), now=NOW)
    assert [one.kind for one in check(world.tenant, ANN)] == ["optout"] and world.mails() == []
    assert not world.tenant.objects(Suppression).filter(final=True).exists()


def test_a_farewell_and_a_notice_go_out_once(world: World) -> None:
    set_up(world, farewell_id=a_farewell(world), notice_email="desk@firm.example")
    person = leave(world)
    unsubscribe(world.tenant, person, world.mailing, how="page", actor=Actor.subject(), now=NOW)
    notice, farewell = world.mails()
    assert (farewell.kind, farewell.to, farewell.subject, farewell.sender_id) == ("farewell", ANN, "Good-bye", None)
    assert "Ann, you have left News." in farewell.text and "Musterweg" in farewell.text and "http" not in farewell.text
    assert (notice.kind, notice.to) == ("notice", "desk@firm.example")
    assert "News" in notice.text and ANN not in notice.text and "2026-05-04 12:00:07" in notice.text


def test_whoever_complained_before_gets_no_farewell(world: World) -> None:
    set_up(world, farewell_id=a_farewell(world))
    with world.tenant.atomic():
        suppress(world.tenant, kind="complaint", key=key_of(world.tenant, ANN), source="arf", actor=OPERATOR, now=NOW)
    leave(world)
    assert world.mails() == []


def test_a_farewell_that_is_paused_or_gone_stops_nobody(world: World) -> None:
    number = a_farewell(world)
    set_up(world, farewell_id=number)
    switch_dialog(world.tenant, number, False, actor=OPERATOR, now=NOW)
    assert running_lists(world.tenant, leave(world)) == {world.offers} and world.mails() == []
    with pytest.raises(DialogUnknown):
        create(world.tenant, SetUpDraft(name="Other", farewell_id=4_711), actor=OPERATOR, now=NOW)


def test_the_consent_to_be_measured_ends_with_the_last_list(world: World) -> None:
    set_up(world, also_ids=(world.offers,))
    person = world.person(ANN, world.news, world.offers)
    with world.tenant.atomic():
        proof = Proof(ground="preferences", source="test", text_id=ensure_text(world.tenant, "Yes", language="en", now=NOW))
        give(world.tenant, subscriber_id=person, purpose=MEASURING, proof=proof, at=NOW, actor=Actor.subject())
    assert running(world.tenant, person) == {MEASURING}
    leave(world)
    assert running(world.tenant, person) == frozenset()


def test_two_of_one_name_and_two_at_once_are_refused(world: World) -> None:
    made = create(world.tenant, SetUpDraft(name="Leaving"), actor=OPERATOR, now=NOW)
    with pytest.raises(SetUpExists):
        create(world.tenant, SetUpDraft(name="Leaving"), actor=OPERATOR, now=NOW)
    change_set_up(world.tenant, made.id, SetUpDraft(name="Other"), version=1, actor=OPERATOR, now=NOW)
    with pytest.raises(SetUpStale):
        change_set_up(world.tenant, made.id, SetUpDraft(name="Third"), version=1, actor=OPERATOR, now=NOW)

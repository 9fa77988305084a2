"""What a form may ask and send beside the usual: lists to choose, mandatory fields, a privacy notice, how long one waits, own mails."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from siegelpost.audience.reads import find_by_email
from siegelpost.base import clock
from siegelpost.consent.embedding import embeddable
from siegelpost.consent.form_setup import FieldNotAsked, FormSetup, LifetimeWrong, NoticeWrong, PurposeMissing
from siegelpost.consent.forms import FormDraft, FormView, change_form, find_form
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.rules import COMPLAINT
from siegelpost.consent.suppression import suppress
from siegelpost.flows.sign_up_entry import form_fields
from siegelpost.mailings.dialog_rules import CONFIRMATION, WELCOME, Words
from siegelpost.mailings.dialogs import DialogDraft, create_dialog, switch_dialog, versions_of
from siegelpost.sign.addresses import address_key
from tests.public.world import FORM, NOW, OPERATOR, World, browser, fill_in, text

ZOE = "zoe@example.com"
NOTICE = {"privacy_url": "https://alpha.example/privacy", "privacy_version": "2026-05"}
ASK = "Frage: {{ declaration }} [ja]({{ confirm_url }}) [nein]({{ not_me_url }}) {{ days }} {{ imprint }}"
HELLO = "Hallo {{ first_name }} ({{ lists }}) [ab]({{ unsubscribe_url }}) [mehr]({{ preferences_url }}) {{ imprint }}"


def changed(world: World, lists: tuple[int, ...] = (), **setup: Any) -> FormView:
    """Alpha's form with another set-up."""
    form, names = find_form(world.tenant, "brief"), {world.news: "News", world.offers: "Offers"}
    draft = FormDraft(
        name=form.name, language=form.language, lists=[(one, names[one]) for one in lists or form.list_ids],
        field_aliases=form.field_aliases, setup=replace(form.setup, **setup),
    )  # fmt: skip
    return change_form(world.tenant, form.id, draft, version=form.version, active=True, actor=OPERATOR, now=NOW)


def own_mail(world: World, act: str, source: str, subject: str = "Hallo {{ tenant }}") -> int:
    draft = DialogDraft(name=act, format="md", words={"de": Words(subject, source)})
    number = create_dialog(world.tenant, act, draft, actor=OPERATOR, now=NOW)
    switch_dialog(world.tenant, number, True, actor=OPERATOR, now=NOW)
    return number


def confirmed(world: World) -> int:
    """Zoë signs up and confirms; twice, as impatient people do."""
    fill_in(browser("de"), **{"field-first_name": "Zoë"})
    link = world.sign_up_link(world.pending()[0].id)
    assert [browser().post(link).status_code for _twice in range(2)] == [200, 200]
    person = find_by_email(world.tenant, ZOE)
    assert person is not None
    return person.id


def test_visitors_choose_among_the_lists_and_only_what_they_chose_counts(world: World) -> None:
    form = changed(world, (world.news, world.offers), choosable=True)
    page = browser("de").get(FORM).content.decode()
    assert 'name="list"' in page and " checked" not in page and "in diesem Formular ausgewählt" in form.text and "News" not in form.text
    answer = fill_in(browser("de"))
    assert answer.status_code == 422 and "Bitte wählen Sie mindestens" in text(answer) and world.pending() == []
    fill_in(browser("de"), list=str(world.offers))
    (pending,) = world.pending()
    assert pending.list_ids == [world.offers] and pending.snapshot["offered"] == ["News", "Offers"]
    assert "Offers" in world.mails()[0].text and "News" not in world.mails()[0].text
    link = world.sign_up_link(pending.id)
    assert "Offers" in text(browser().get(link))
    browser().post(link)
    person = find_by_email(world.tenant, ZOE)
    assert person is not None and running_lists(world.tenant, person.id) == {world.offers}
    assert records_of(world.tenant, person.id)[0].snapshot["lists"] == ["Offers"]


@pytest.mark.parametrize("choosable", [True, False])
@pytest.mark.parametrize("wrong", ["offers", "0", "-1", "9" * 30, "x", "1\r\nBcc: b@example.org"])
def test_a_list_that_is_not_offered_is_refused(world: World, wrong: str, *, choosable: bool) -> None:
    changed(world, choosable=choosable)
    answer = fill_in(browser(), list=str(world.offers) if wrong == "offers" else wrong)
    assert answer.status_code == 422 and "does not offer" in text(answer)
    assert (world.pending(), world.mails()) == ([], [])


def test_a_mandatory_field_says_what_it_is_for_and_must_be_filled_in(world: World) -> None:
    changed(world, required=("first_name",))
    page = browser("de").get(FORM).content.decode()
    assert "Gebraucht für:" in page and re.search(r'name="field-first_name"[^>]* required', page)
    answer = fill_in(browser("de"))
    assert answer.status_code == 422 and b'aria-describedby="fault-first_name"' in answer.content and world.mails() == []
    fill_in(browser("de"), **{"field-first_name": "Zoë"})
    assert world.pending()[0].snapshot["required"] == ["Vorname"]


WRONG: list[tuple[FormSetup, type[Exception]]] = [
    (FormSetup(required=("city",)), FieldNotAsked),
    (FormSetup(required=("first_name",)), PurposeMissing),
    (FormSetup(lifetime=0), LifetimeWrong),
    (FormSetup(lifetime=31), LifetimeWrong),
    (FormSetup(privacy_url="https://a.example/"), NoticeWrong),
    (FormSetup(privacy_version="2026"), NoticeWrong),
    (FormSetup(privacy_url="javascript:alert(1)", privacy_version="2026"), NoticeWrong),
    (FormSetup(privacy_url='https://a.example/"onclick=', privacy_version="2026"), NoticeWrong),
]


@pytest.mark.sqlite
@pytest.mark.parametrize("setup, error", WRONG)
def test_a_set_up_that_cannot_be_is_refused(setup: FormSetup, error: type[Exception]) -> None:
    with pytest.raises(error):
        setup.check(("first_name",), {"first_name": " "})
    FormSetup(required=("first_name",), lifetime=30, **NOTICE).check(("first_name",), {"first_name": "To greet you."})  # type: ignore[arg-type]
    assert FormSetup.read(FormSetup(required=("a",), lifetime=3).stored()) == FormSetup(required=("a",), lifetime=3)


def test_the_privacy_notice_is_linked_and_kept_with_the_consent(world: World) -> None:
    changed(world, privacy_url=NOTICE["privacy_url"], privacy_version=NOTICE["privacy_version"])
    page = browser().get(FORM).content.decode()
    assert 'href="https://alpha.example/privacy"' in page and "version 2026-05" in page
    (record,) = records_of(world.tenant, confirmed(world))
    assert record.snapshot["privacy_notice"] == "2026-05 (https://alpha.example/privacy)"


def test_a_form_says_how_long_a_sign_up_waits_and_keeps_to_it(world: World) -> None:
    changed(world, lifetime=3)
    fill_in(browser("de"))
    assert "innerhalb von 3 Tagen" in world.mails()[0].text
    link = world.sign_up_link(world.pending()[0].id)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=True):
        assert browser().get(link).status_code == browser().post(link).status_code == 404
    assert browser().get(link).status_code == 200


def test_the_question_is_asked_in_words_of_the_tenants_own_which_are_kept_as_proof(world: World) -> None:
    number = own_mail(world, CONFIRMATION, ASK)
    changed(world, confirmation_mail=number)
    person = confirmed(world)
    (mail,) = world.mails()
    assert mail.subject == "Hallo Alpha GmbH" and mail.text.startswith("Frage: Ich möchte von Alpha GmbH")
    assert mail.dialog_version == versions_of(world.tenant, number)[0].id and "Zoë" not in mail.text + mail.html
    assert records_of(world.tenant, person)[0].ground == "double_opt_in"


def test_a_confirmation_mailing_that_is_paused_stops_nobody(world: World) -> None:
    number = own_mail(world, CONFIRMATION, ASK)
    switch_dialog(world.tenant, number, False, actor=OPERATOR, now=NOW)
    changed(world, confirmation_mail=number)
    fill_in(browser("de"))
    assert world.mails()[0].subject == "Bitte bestätigen Sie Ihre Anmeldung: Alpha GmbH" and world.mails()[0].dialog_version is None


def test_whoever_confirms_is_welcomed_once_and_can_leave_by_that_mail(world: World) -> None:
    changed(world, welcome_mail=own_mail(world, WELCOME, HELLO, subject="Hallo {{ first_name }}"))
    person = confirmed(world)
    question, hello = world.mails()
    assert (question.kind, hello.kind, hello.to, hello.subject) == ("confirmation", "welcome", ZOE, "Hallo Zoë")
    assert "(News)" in hello.text and "/o/" not in hello.html and "/c/" not in hello.html
    found = re.search(r"https?://[^/]+(/u/[\w-]+)", hello.text)
    assert found and browser().get(found[1]).status_code == 200
    assert browser().post(found[1]).status_code == 200
    assert running_lists(world.tenant, person) == frozenset()


@pytest.mark.parametrize("name", ["a\r\nBcc: b@example.org", "{{ imprint }}", "<b>x</b>", "=?utf-8?q?x?=", "\u202egnitset"])
def test_a_name_from_a_form_stays_a_name_in_the_subject_of_the_welcome(world: World, name: str) -> None:
    changed(world, welcome_mail=own_mail(world, WELCOME, HELLO, subject="Hallo {{ first_name }}"))
    fill_in(browser("de"), **{"field-first_name": name})
    browser().post(world.sign_up_link(world.pending()[0].id))
    hello = world.mails()[-1]
    assert hello.kind == "welcome" and hello.subject.isprintable() and "Musterweg" not in hello.subject and "<b>x" not in hello.html


def test_who_complained_is_not_welcomed(world: World) -> None:
    changed(world, welcome_mail=own_mail(world, WELCOME, HELLO))
    fill_in(browser("de"))
    with world.tenant.atomic():  # between question and answer
        suppress(world.tenant, kind=COMPLAINT, key=address_key(ZOE, world.tenant.keys.addresses), source="t", actor=OPERATOR, now=NOW)
    browser().post(world.sign_up_link(world.pending()[0].id))
    assert [mail.kind for mail in world.mails()] == ["confirmation"]


def test_the_source_for_another_site_has_a_label_for_each_field_and_loads_nothing(world: World) -> None:
    form = changed(world, (world.news, world.offers), choosable=True, required=("first_name",))
    source = embeddable(form, "https://a.example/f/alpha/brief", form_fields(world.tenant, form), {world.news: "<News>", world.offers: "O"})
    ids, labels = re.findall(r' id="([^"]+)"', source), re.findall(r'for="([^"]+)"', source)
    assert sorted(ids) == sorted(labels) and len(ids) == 5 and "<script" not in source and "src=" not in source
    assert "&lt;News&gt;" in source and re.search(r'name="field-first_name"[^>]* required', source)
    posted = {"embedded": "1", "email": ZOE, "list": str(world.offers), "field-first_name": "Zoë"}
    page = browser("de").post(FORM, posted).content.decode()
    assert re.search(rf'name="list" value="{world.offers}" checked', page) and 'value="Zoë"' in page and world.mails() == []

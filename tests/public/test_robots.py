"""A public form against those who post it without end: one mail at most, nobody is left in a dead end, and nothing is told."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from siegelpost.base import clock
from siegelpost.consent import sign_ups
from siegelpost.consent.rules import BLACKLIST, NOT_ME_PAUSE, SIGN_UP_LIFETIME
from siegelpost.consent.signups.models import SignUp
from siegelpost.consent.suppression import suppress
from siegelpost.flows.networks import MANY, TOO_MANY
from siegelpost.public import forms
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.signups import open_sign_ups
from tests.public.world import FORM, NOW, OPERATOR, Answer, World, browser, fill_in, solved, stamp_of, text

ZOE = "zoe@example.com"
TAKEN = "Please look into your mailbox"
MORE = "One more step"


def hidden(answer: Answer) -> dict[str, str]:
    """What the page of the slow step sends."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode()))


def later(client: Client, values: dict[str, str], **more: float) -> Answer:
    with time_machine.travel(clock.now() + timedelta(**more), tick=True):
        return client.post(FORM, values)


def test_a_form_posted_without_end_with_the_address_of_another_asks_once(world: World) -> None:
    for number in range(12):
        answer = fill_in(browser(), **{"field-first_name": f"Robot {number}"})
        assert TAKEN in text(answer)
    assert [mail.to for mail in world.mails()] == [ZOE] and len(world.pending()) == 1
    assert world.pending()[0].fields == {"first_name": "Robot 0"}
    with time_machine.travel(clock.now() + SIGN_UP_LIFETIME, tick=True):
        fill_in(browser())  # nobody answered in time: whoever wants to may ask again
    assert len(world.mails()) == 2


def test_whoever_did_not_ask_gets_nothing_for_thirty_days_however_often_it_is_typed(world: World) -> None:
    fill_in(browser())
    browser().post(world.sign_up_link(world.pending()[0].id), {"act": "refuse"})
    assert world.pending() == []
    with time_machine.travel(clock.now() + NOT_ME_PAUSE - timedelta(hours=1), tick=True):
        assert TAKEN in text(fill_in(browser()))
    assert len(world.mails()) == 1
    with time_machine.travel(clock.now() + NOT_ME_PAUSE + timedelta(hours=1), tick=True):
        fill_in(browser())
    assert len(world.mails()) == 2


def test_who_runs_no_scripts_takes_one_slow_step_and_arrives(world: World) -> None:
    client = browser()
    first = client.post(FORM, {"email": ZOE, "agreed": "1", "stamp": stamp_of(client.get(FORM)), "field-first_name": "Zoë", "work": ""})
    assert MORE in text(first) and ZOE in text(first) and world.mails() == []
    early = client.post(FORM, hidden(first))
    assert "too quick" in text(early) and world.mails() == [] and hidden(early) == hidden(first), "the wait does not begin anew"
    assert TAKEN in text(later(client, hidden(early), seconds=6))
    assert [(mail.to, world.pending()[0].fields) for mail in world.mails()] == [(ZOE, {"first_name": "Zoë"})]


@pytest.mark.parametrize("change", ["email", "step", "stamp of another form", "a day later"])
def test_the_slow_step_is_for_the_address_that_waited(world: World, change: str) -> None:
    client = browser()
    values = hidden(client.post(FORM, {"email": ZOE, "agreed": "1", "stamp": stamp_of(client.get(FORM))}))
    if change == "email":
        values["email"] = "bob@example.com"
    elif change == "step":
        values["step"] = values["step"][:-1] + ("A" if values["step"][-1] != "A" else "B")
    elif change == "stamp of another form":
        values["stamp"] = values["step"]
    answer = later(client, values, hours=25 if change == "a day later" else 0, seconds=6)
    assert world.mails() == [] and answer.status_code == 200


@pytest.mark.parametrize("wrong", ["none", "zero", "of another address", "of another stamp", "too quick", "letters"])
def test_work_that_was_not_done_for_this_form_and_address_leads_to_the_slow_step(world: World, wrong: str) -> None:
    client = browser()
    with time_machine.travel(clock.now() - timedelta(seconds=0 if wrong == "too quick" else 3), tick=True):
        stamp = stamp_of(client.get(FORM))
    numbers = {
        "none": "", "zero": "0", "of another address": solved(stamp, "bob@example.com"), "of another stamp": solved("x", ZOE),
        "letters": "x" * 10_000,
    }  # fmt: skip
    work = numbers.get(wrong) if wrong in numbers else solved(stamp, ZOE)
    answer = client.post(FORM, {"email": ZOE, "agreed": "1", "stamp": stamp, "work": work or ""})
    assert MORE in text(answer) and world.mails() == []


def test_a_network_that_posts_much_slows_down_and_one_that_posts_without_end_is_told_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = "203.0.113.9"
    for number in range(MANY):
        assert TAKEN in text(fill_in(browser(network=here), email=f"p{number}@example.com"))
    assert MORE in text(fill_in(browser(network=here), email="one-more@example.com"))
    assert TAKEN in text(fill_in(browser(network="203.0.113.10"), email="elsewhere@example.com"))
    client = browser(network=here)
    for _post in range(TOO_MANY - MANY):
        answer = client.post(FORM, {"email": ZOE, "agreed": "1", "stamp": "x"})
    assert answer.status_code == 429 and "try again in an hour" in text(answer)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=True):
        assert TAKEN in text(fill_in(browser(network=here), email="next-hour@example.com"))


def test_a_process_that_died_before_the_question_was_queued_is_made_up_for_and_never_doubled(world: World) -> None:
    fill_in(browser())
    store = open_sign_ups(world.tenant)
    with store.atomic():
        store.objects(SignUp).update(asked=None)  # as a crash between the two stores leaves it
    with world.tenant.atomic():
        for mail in world.mails():
            mail.delete(using=world.tenant.alias)
    fill_in(browser())
    assert world.mails() == [], "another process may still be about to ask"
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        fill_in(browser())
        fill_in(browser())
    assert len(world.mails()) == 1 and len(world.pending()) == 1
    assert world.sign_up_link(world.pending()[0].id) in world.mails()[0].text


def test_a_sign_up_that_goes_while_it_is_asked_takes_its_question_along(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = sign_ups.create

    def gone(*args: object, **more: object) -> str | None:
        found: str | None = begin(*args, **more)  # type: ignore[arg-type]
        sign_ups.delete(world.tenant, str(found))
        return found

    monkeypatch.setattr(sign_ups, "create", gone)
    assert TAKEN in text(fill_in(browser()))
    assert (world.mails(), world.pending()) == ([], [])


def test_neither_size_nor_time_nor_words_tell_who_is_blacklisted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "EVEN_SECONDS", 0.3)
    with world.tenant.atomic():
        suppress(world.tenant, kind=BLACKLIST, key=address_key(ZOE, world.tenant.keys.addresses), source="test", actor=OPERATOR, now=NOW)
    seen = []
    for email in (ZOE, "new@example.com"):
        client = browser()
        with time_machine.travel(clock.now() - timedelta(seconds=3), tick=True):
            stamp = stamp_of(client.get(FORM))
        values = {"email": email, "agreed": "1", "stamp": stamp, "work": solved(stamp, email)}
        begun = time.monotonic()
        answer = client.post(FORM, values)
        assert time.monotonic() - begun >= 0.3
        seen.append((answer.status_code, answer.content, sorted(answer.headers.items())))
    assert seen[0] == seen[1] and [mail.to for mail in world.mails()] == ["new@example.com"]


def test_what_guards_the_form_is_ours_and_only_the_form_may_run_it(world: World) -> None:
    page = browser().get(FORM)
    assert "script-src 'self'; worker-src 'self'" in page.headers["Content-Security-Policy"]
    for address in re.findall(r'(?:src|data-task)="(/static/[^"]+)"', page.content.decode()):
        script = browser().get(address)
        assert script.headers["Content-Type"] == "text/javascript; charset=utf-8" and b"http" not in script.content
    assert "script-src" not in fill_in(browser()).headers["Content-Security-Policy"]  # type: ignore[attr-defined]

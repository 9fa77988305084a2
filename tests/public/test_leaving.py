"""`/leave/TENANT`: whoever types an address gets the same page; its owner gets one mail with a link."""

import re
from datetime import timedelta

import pytest
import time_machine

from siegelpost.consent.opt_outs import Wish, page_of
from siegelpost.consent.reads import running_lists
from siegelpost.consent.suppression import reason_for
from siegelpost.flows.ask_to_leave import MOST_AN_HOUR
from siegelpost.tenancy.handle import TenantDB
from tests.public.world import NOW, Answer, World, browser, stamp_of, text

ANN = "ann@example.org"
AGO = timedelta(minutes=1)


def ask(email: str, *, trap: str = "", stamp: str = "") -> Answer:
    """Open the page, read it for a minute, send the form."""
    with time_machine.travel(NOW - AGO, tick=False):
        got = stamp or stamp_of(browser().get("/leave/alpha"))
    with time_machine.travel(NOW, tick=False):
        return browser().post("/leave/alpha", {"email": email, "website": trap, "stamp": got})


def test_the_owner_gets_one_mail_whose_link_ends_everything(world: World) -> None:
    person = world.person(ANN, world.news, world.offers)
    ask(" Ann@Example.org ")
    (mail,) = world.mails()
    assert (mail.kind, mail.to) == ("leaving", ANN) and running_lists(world.tenant, person) == {world.news, world.offers}
    link, choose = re.findall(r"https?://[^/]+(/[up]/\S+)", mail.text)
    assert browser().get(link).content.count(b"<button") == 1 and running_lists(world.tenant, person) == {world.news, world.offers}
    assert browser().get(choose).status_code == 200
    assert browser().post(link).status_code == 200
    assert running_lists(world.tenant, person) == frozenset() and reason_for(world.tenant, ANN, None) == "opted_out"
    assert [one.how for one in page_of(world.tenant, Wish(), now=NOW, offset=0, limit=9)[0]] == ["asked"]


def test_the_page_is_the_same_whoever_is_meant(world: World) -> None:
    world.person(ANN)
    answers = {ask(one).content for one in (ANN, "stranger@example.com")}
    assert len(answers) == 1 and "does not say whether" in text(ask("third@example.com"))
    assert [one.to for one in world.mails()] == [ANN]


def test_nobody_gets_more_than_three_mails_a_day(world: World) -> None:
    world.person(ANN)
    for _time in range(5):
        ask(ANN)
    assert len(world.mails()) == 3


def test_all_of_them_together_get_no_more_than_a_tenant_needs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_AN_HOUR == 200
    monkeypatch.setattr("siegelpost.flows.ask_to_leave.MOST_AN_HOUR", 2)
    for one in ("a@example.org", "b@example.org", "c@example.org"):
        world.person(one)
        ask(one)
    assert len(world.mails()) == 2


@pytest.mark.parametrize("told", [{"trap": "x"}, {"stamp": "forged"}])
def test_programs_get_the_same_page_and_send_nothing(world: World, told: dict[str, str]) -> None:
    world.person(ANN)
    assert "Look into your mailbox" in text(ask(ANN, **told)) and world.mails() == []


def test_whoever_has_left_everything_gets_no_mail(world: World) -> None:
    browser().post(world.link("u", world.person(ANN), mailing=4_711))
    ask(ANN)
    assert world.mails() == []


@pytest.mark.parametrize("email", ["", "nobody", "x" * 5_000, "<script>alert(1)</script>"])
def test_what_is_no_address_is_said(world: World, email: str) -> None:
    answer = ask(email)
    assert answer.status_code == 422 and b"<script>" not in answer.content and world.mails() == []


@pytest.mark.parametrize("slug", ["nobody", "alpha%00", "a" * 300])
def test_other_tenants_are_none(world: World, slug: str) -> None:
    assert browser().get(f"/leave/{slug}").status_code == 404


def test_it_speaks_both_languages_and_needs_no_script(world: World, alpha: TenantDB) -> None:
    german = browser("de").get("/leave/alpha")
    assert "Link zusenden" in text(german) and "Send me the link" in text(browser("en").get("/leave/alpha"))
    assert b"<script" not in german.content and not german.cookies and alpha.language == "de"

"""`/u/TOKEN`: GET shows, POST acts at once (RFC 8058)."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urljoin

import pytest

from siegelpost.audience.reads import find_subscriber
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.suppression import check, reason_for
from siegelpost.feedback.models import Event
from siegelpost.tenancy.handle import TenantDB
from tests.public.world import World, browser, fill_in, text

BODIES = [
    ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'),
    ("multipart/form-data; boundary=x", b"broken"),
    ("multipart/form-data", b"no boundary at all"),
    ("text/plain", b""),
    ("application/json", b"{"),
    ("application/octet-stream", b"\x00\xff" * 700_000),
]


@pytest.mark.parametrize("content_type, body", BODIES)
def test_one_post_ends_it_whatever_the_body(world: World, content_type: str, body: bytes) -> None:
    person = world.person()
    answer = browser().post(world.link("u", person), data=body, content_type=content_type)
    assert answer.status_code == 200
    assert not answer.cookies
    assert running_lists(world.tenant, person) == frozenset()
    assert reason_for(world.tenant, "ann@example.org", world.news) == "opted_out"
    assert reason_for(world.tenant, "ann@example.org", world.offers) == ""


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(world: World, method: str) -> None:
    person = world.person()
    answer = getattr(browser(), method)(world.link("u", person))
    assert answer.status_code == 200
    assert running_lists(world.tenant, person) == {world.news}
    assert check(world.tenant, "ann@example.org") == []


def test_the_page_shows_exactly_one_button_and_the_list(world: World) -> None:
    answer = browser().get(world.link("u", world.person()))
    assert answer.content.count(b"<button") == 1
    assert "News" in text(answer)
    assert "ann@example.org" not in text(answer)


def test_a_second_post_is_fine_and_writes_nothing_more(world: World) -> None:
    person = world.person()
    link = world.link("u", person)
    first, second = browser().post(link), browser().post(link)
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(check(world.tenant, "ann@example.org")) == 1
    assert world.tenant.objects(Event).filter(kind="unsubscribe").count() == 1


def test_other_lists_stay(world: World) -> None:
    person = world.person("ann@example.org", world.news, world.offers)
    browser().post(world.link("u", person))
    assert running_lists(world.tenant, person) == {world.offers}
    found = find_subscriber(world.tenant, person)
    assert found is not None
    assert found.list_ids == {world.offers}


def test_the_record_says_how_it_was_said(world: World) -> None:
    person, other = world.person(), world.person("bob@example.com")
    browser().post(world.link("u", person), data=b"List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    browser().post(world.link("u", other))
    assert records_of(world.tenant, person)[0].withdrawn_how == "one-click"
    assert records_of(world.tenant, other)[0].withdrawn_how == "page"


def test_a_link_of_a_mailing_that_is_gone_ends_everything(world: World) -> None:
    person = world.person("ann@example.org", world.news, world.offers)
    assert browser().post(world.link("u", person, mailing=4_711)).status_code == 200
    assert running_lists(world.tenant, person) == frozenset()
    assert reason_for(world.tenant, "ann@example.org", None) == "opted_out"


def test_somebody_who_was_erased_gets_the_same_page(world: World) -> None:
    assert browser().get(world.link("u", 4_711)).status_code == 200
    assert browser().post(world.link("u", 4_711)).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(world: World, method: str) -> None:
    person = world.person()
    answer = getattr(browser(), method)(world.link("u", person))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "HEAD, GET, POST, OPTIONS"
    assert running_lists(world.tenant, person) == {world.news}


@pytest.mark.parametrize("content_type, body", BODIES[:2])
def test_a_mail_program_that_is_a_page_may_post_from_anywhere(world: World, content_type: str, body: bytes) -> None:
    person = world.person()
    link, origin = world.link("u", person), {"origin": "https://mail.example"}
    before = browser().options(link, headers={**origin, "access-control-request-method": "POST"})
    assert (before.status_code, before.content) == (200, b"") and running_lists(world.tenant, person) == {world.news}
    after = browser().post(link, data=body, content_type=content_type, headers=origin)
    assert (after.status_code, running_lists(world.tenant, person)) == (200, frozenset())
    for answer in (before, after):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert {"POST", "OPTIONS"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
        assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
        assert not answer.cookies and "Location" not in answer.headers and "Access-Control-Allow-Credentials" not in answer.headers


def test_a_scanner_that_fetches_every_link_of_a_mail_changes_nothing(world: World, rows: Callable[[], str]) -> None:
    person = world.person()
    fill_in(browser(), "zoe@example.com")
    sign_up = world.sign_up_link(world.pending()[0].id)
    start = [world.link(kind, person) for kind in ("u", "p", "w")] + [sign_up, f"{sign_up}?not-me", "/leave/alpha"]
    before, seen, waiting = rows(), set[str](), [*start]
    while waiting:
        link = waiting.pop()
        seen.add(link)
        for answer in (browser().get(link), browser().head(link), browser().get(link, headers={"purpose": "prefetch"})):
            assert answer.status_code == 200 and not answer.cookies, link
        found = {
            urljoin(link, unescape(one)) for one in re.findall(r'(?:href|src|action)="([^"#]*)"', browser().get(link).content.decode())
        }
        waiting += [one for one in found if one.startswith("/") and one not in seen and one not in waiting]
    assert len(seen) > 2 * len(start) - 2, "the pages lead on, and those pages were fetched, too"
    assert rows() == before and len(world.pending()) == 1
    assert running_lists(world.tenant, person) == {world.news}


def test_the_page_speaks_both_languages(world: World, alpha: TenantDB) -> None:
    link = world.link("u", world.person())
    assert "Unsubscribe now" in text(browser("en-GB,de;q=0.5").get(link))
    assert "Jetzt abmelden" in text(browser("de-AT,en;q=0.5").get(link))
    assert "Jetzt abmelden" in text(browser("fr").get(link))
    assert "Unsubscribe now" in text(browser("de").get(f"{link}?lang=en"))
    assert alpha.language == "de"

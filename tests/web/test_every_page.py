"""Every page that somebody is shown opens, in both languages; what one may not do is neither shown nor done."""

import random
import re
from collections.abc import Collection
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from siegelpost.accounts.catalogue import RIGHTS, whole
from siegelpost.accounts.rules import ROLES, rights_of
from siegelpost.base.actor import Actor
from siegelpost.flows.roles import make_role
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web import urls
from siegelpost.web.areas import ASKS
from siegelpost.web.gate import PAGE
from tests.guards import messages
from tests.web.crawl import Seen, crawl
from tests.web.furnished import furnish
from tests.web.visiting import NOON, Visitor, colleague, visitor

pytestmark = pytest.mark.wire
ROUTES = {str(route.name): route for route in urls.TENANT}


def pages(found: dict[str, Seen]) -> dict[str, Seen]:
    return {name: seen for name, seen in found.items() if name in ROUTES}


@cache
def english() -> set[str]:
    """Words of ours that are no German."""
    entries = [message for _room, message in messages.entries()]
    ours = {str(message.id) for message in entries if isinstance(message.id, str) and message.id != message.string}
    plain = {re.sub(r"\s+", " ", text).strip() for text in ours if "%(" not in text and "{" not in text}
    return plain - {str(message.string) for message in entries}


def forbidden(found: dict[str, Seen], rights: Collection[str]) -> dict[str, str]:
    """What is shown, a link or a form, and may not be used."""
    links = {name: ASKS[name].look for name in pages(found)}
    targets = {str(resolve(urlsplit(url).path).url_name) for seen in found.values() for url in seen.forms}
    forms = {f"form to {name}": ASKS[name].change for name in targets if name in ASKS}
    return {name: right for name, right in {**links, **forms}.items() if right not in rights}


def test_every_route_goes_through_the_gate_and_asks_for_a_right_of_the_catalogue() -> None:
    assert {name for name, route in ROUTES.items() if getattr(route.callback, "gate", "") != PAGE} == set()
    assert set(ROUTES) == set(ASKS)
    asked = {right for one in ASKS.values() for right in (one.look, one.change)}
    assert asked == set(RIGHTS) - {"bulk.export"}, (
        "what asks for many people asks for that, whatever route it is; a right that nothing asks for is none"
    )


@pytest.mark.parametrize("language", [pytest.param("de", marks=pytest.mark.sqlite), "en"])  # no engine knows the words of a page
@pytest.mark.parametrize("role", ROLES)
def test_all_that_is_shown_opens_and_speaks_the_readers_language(alpha: TenantDB, role: str, language: str) -> None:
    furnish(alpha)
    found = crawl(visitor(alpha, role, language), "/t/alpha/")
    assert {seen.url: seen.status for seen in found.values() if seen.status != 200} == {}
    assert forbidden(found, rights_of(role)) == {}
    if language == "de":
        assert {seen.url: words for seen in found.values() if (words := english().intersection(seen.texts))} == {}
    if role == "operator":
        assert len(pages(found)) >= 20


@pytest.mark.sqlite  # on either engine all roles see their pages, above, and are read, in tests/accounts; here are but more of them
def test_what_a_role_may_not_see_is_refused_wherever_it_is_asked_for(alpha: TenantDB) -> None:
    furnish(alpha)
    known = pages(crawl(visitor(alpha, "operator"), "/t/alpha/"))
    for role in ROLES[:-1]:
        client, rights = visitor(alpha, role), rights_of(role)
        unseen = {name: seen.url for name, seen in known.items() if ASKS[name].look not in rights}
        fixed = {name: seen.url for name, seen in known.items() if ASKS[name].change not in rights}
        assert {name: status for name, url in unseen.items() if (status := client.get(url).status_code) != 403} == {}, role
        assert {name: status for name, url in fixed.items() if (status := client.post(url).status_code) not in (403, 405)} == {}, role
        assert fixed or role == "admin"


@pytest.mark.sqlite
def test_a_role_of_any_rights_is_shown_and_let_into_what_it_allows_and_nothing_else(alpha: TenantDB) -> None:
    """Roles that no hand would make: what a page shows cannot be read from the words of a few roles."""
    furnish(alpha)
    known = pages(crawl(visitor(alpha, "operator"), "/t/alpha/"))
    dice = random.Random(3141)
    for number in range(8):
        rights = whole(right for right in RIGHTS if dice.random() < 0.5) | {"lists.see"}
        role = make_role(alpha, f"Role {number}", rights, actor=Actor.operator(), now=NOON)
        client = Visitor(colleague(alpha, role.code, f"{role.code}@staff.example"), alpha)
        begin = client.get("/").headers["location"]
        found = crawl(client, begin)
        assert {seen.url: seen.status for seen in found.values() if seen.status != 200} == {}, sorted(rights)
        assert forbidden(found, rights) == {}
        closed = {name: seen.url for name, seen in known.items() if ASKS[name].look not in rights}
        assert {name: status for name, url in closed.items() if (status := client.get(url).status_code) != 403} == {}


@pytest.mark.touches_beta  # a file that its own staff takes along is written down in beta's log
def test_no_page_of_one_tenant_opens_for_staff_of_another(alpha: TenantDB, beta: TenantDB) -> None:
    furnish(alpha)
    known = crawl(visitor(alpha, "operator"), "/t/alpha/")
    stranger = Visitor(colleague(beta, "admin", email="only-here@staff.example"), beta)
    for seen in known.values():
        assert stranger.get(seen.url).status_code == 404, seen.url
        there = seen.url.replace("/t/alpha/", "/t/beta/")
        answer = stranger.get(there)
        assert answer.status_code in (200, 302, 303, 404, 405), there
        assert b"p00000@example.org" not in answer.getvalue(), f"{there} shows somebody of the other tenant"

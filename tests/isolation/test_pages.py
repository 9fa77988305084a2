"""Every page, as staff of one tenant, about everything of another: refused as what never was, and nothing there changes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.urls import URLPattern

from siegelpost.accounts.factors import add_app, factors_of
from siegelpost.accounts.models import Person
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web import urls
from tests.isolation.asking import ask, differs
from tests.isolation.stock import NEVER, Rows, count_on, state_of, stocked
from tests.web.crawl import crawl
from tests.web.found_forms import forms_on
from tests.web.visiting import NOON, Visitor, colleague

pytestmark = [pytest.mark.slow, pytest.mark.touches_beta]  # each of these tests compares beta itself, with what it was given before

NUMBERS: Final = {
    "mailings/<int:mailing_id>": "mailing",
    "subscribers/<int:person_id>": "person",
    "/unsubscribe/<int:list_id>": "list",
    "lists/<int:list_id>": "list",
    "folders/<int:folder_id>": "folder",
    "fields/<int:field_id>": "field",
    "segments/<int:segment_id>": "segment",
    "imports/<int:import_id>": "import",
    "forms/<int:form_id>": "form",
    "dialogs/<int:dialog_id>": "dialog",
    "suppression/patterns/<int:entry_id>": "pattern",
    "opt-outs/set-ups/<int:number>": "opt_out_set_up",
    "bounces/<int:bounce_id>": "bounce",
    "replies/<int:reply_id>": "reply",
    "senders/domains/<int:domain_id>": "domain",
    "staff/<int:person_id>": "colleague",
    "staff/invited/<int:number>": "invitation",
    "staff/leavers/<int:number>": "leaver",
    "/tasks/<int:task>": "leaver_task",
    "roles/review/<int:person_id>": "colleague",
    "roles/<int:number>": "role",
    "tokens/<int:number>": "token",
    "access-log/<int:number>": "request",
    "approvals/<int:number>": "approval",
    "hand-over/<int:number>": "hand_over",
    "instructions/<int:number>": "instruction",
    "erasures/<int:erasure_id>": "erasure",
    "operator/<int:number>": "admission",
    "public-hosts/<int:host_id>": "host",
}
"""Part of an address with a number -> the thing of `stocked` that it is the number of."""
NOBODY: Final = "gamma"
"""A tenant that is none."""
WORDS: Final = {"<int:index>": "3", "<str:format>": "txt", "<str:state>": "unsure", "<str:act>": "welcome"}
"""Parts that name nothing which a tenant has."""
SENT: Final = {
    "confirm": "yes", "address": "eve@only-beta.example", "email": "eve@only-beta.example", "reason": "R", "name": "N", "version": "1",
    "role": "viewer", "roles": "viewer", "right": "lists.see", "answer": "agree", "agreed": "1", "to": "eve@only-beta.example",
    "text": "T", "note": "N", "path": "letter", "receiver": "R", "state": "ended", "confirmed": "1",
}  # fmt: skip
"""Sent with every form: enough for most to get as far as to look for what they are about."""


@dataclass(frozen=True)
class Sides:
    """Somebody who may do everything in alpha, and the numbers of what beta has."""

    client: Visitor
    alpha: Mapping[str, int]
    beta: Mapping[str, int]


def address(route: URLPattern, numbers: Mapping[str, int], never: int = 0) -> str:
    """Of one route below its tenant. Fails for a part of a kind that nobody has said how to fill."""
    found = str(route.pattern).replace("<slug:child>", NOBODY if never else "beta")
    for part, thing in sorted(NUMBERS.items(), key=lambda one: -len(one[0])):
        if part in found:
            found = found.replace(part, re.sub(r"<.*>", str(never or numbers[thing]), part))
    for part, word in WORDS.items():
        found = found.replace(part, word)
    assert "<" not in found, f"{route.name}: {found} has a part that the test of isolation cannot fill; name it in NUMBERS or WORDS"
    return found


@pytest.fixture
def sides(alpha: TenantDB, beta: TenantDB) -> Sides:
    ours = stocked(alpha)
    client = Visitor(colleague(alpha, "admin", "ada@staff.example"), alpha)
    count_on(beta)
    theirs = stocked(beta)
    assert set(ours) == set(theirs) == set(NUMBERS.values()), "a thing that no address is about, or one that is not there"
    assert min(theirs.values()) > max(ours.values()), "a number of beta is one of alpha, too"
    return Sides(client, ours, theirs)


def told(sides: Sides, one: tuple[str, str], other: tuple[str, str]) -> Iterator[str]:
    """What an address tells by being answered otherwise than one of nothing; each comes with the word in it that is another."""
    for method in ("get", "post"):
        there, never = (ask(sides.client, method, url, SENT, word) for url, word in (one, other))
        for fault in filter(None, (differs(there, never), *there.tells())):
            yield f"{method} {one[0]}: {fault}"


def test_every_page_about_what_another_tenant_has_is_answered_as_about_what_never_was(sides: Sides, beta: TenantDB, rows: Rows) -> None:
    before, found, numbered = state_of(beta, rows()), list[str](), 0
    for route in urls.TENANT:
        path, never = address(route, sides.beta), address(route, sides.beta, NEVER)
        found += told(sides, (f"/t/beta/{path}", "/t/beta"), (f"/t/{NOBODY}/{path}", f"/t/{NOBODY}"))
        if path != never:
            numbered += 1
            words = ("/beta", f"/{NOBODY}") if "<slug:child>" in str(route.pattern) else ("", "")
            found += told(sides, (f"/t/alpha/{path}", words[0]), (f"/t/alpha/{never}", words[1]))
    assert not found, "\n".join(found)
    assert state_of(beta, rows()) == before
    assert numbered >= 60 and len(urls.TENANT) >= 110


@pytest.mark.sqlite  # no engine knows what stands in a form
def test_every_form_and_every_question_that_names_what_another_tenant_has_is_answered_as_one_about_what_never_was(
    sides: Sides, beta: TenantDB, rows: Rows
) -> None:
    """What stands in fields and behind the question mark: wherever a number of alpha is served, one of beta is sent."""
    pages = crawl(sides.client, sides.client.start)
    before, found, tried = state_of(beta, rows()), list[str](), 0
    theirs = max(sides.beta.values())
    for form in forms_on(pages.values()):
        for one in form.inputs:
            if one.kind not in ("select", "checkbox", "radio", "hidden") or not one.value.isdecimal():
                continue
            sent = form.values("", everywhere=False)
            answers = [ask(sides.client, "post", form.action, {**sent, one.name: [str(number)]}) for number in (theirs, NEVER)]
            tried += 1
            found += [f"{form.route} {one.name}: {fault}" for fault in (differs(*answers), *answers[0].tells()) if fault]
    for url in {link for seen in pages.values() for link in seen.links if "?" in link}:
        for name, value in parse_qsl(urlsplit(url).query):
            if value.isdecimal():
                path = urlsplit(url).path
                answers = [ask(sides.client, "get", f"{path}?{urlencode({name: number})}") for number in (theirs, NEVER)]
                tried += 1
                found += [f"{url}: {fault}" for fault in (differs(*answers), *answers[0].tells()) if fault]
    assert not found, "\n".join(found)
    assert state_of(beta, rows()) == before
    assert tried >= 10


SECRETS: Final = frozenset({"link", "new_password", "invitation", "invitation_mine"})
"""Addresses that open for whoever knows them: a secret is all that they ask for."""
OF_ALL: Final = {"provider": "x", "key": "0123456789abcdef"}
"""Parts that name something of the installation."""


def outside() -> Iterator[tuple[str, str]]:
    """Addresses that stand below no tenant and name something all the same, as templates for a tenant and a number.

    Fails for a part of a kind that nobody has said how to fill.
    """
    for route in (one for one in (*urls.PAGES, *urls.urlpatterns) if isinstance(one, URLPattern) and one.name not in SECRETS):
        path, parts = f"/{route.pattern}", route.pattern.converters
        for name, kind in parts.items():
            number = type(kind).__name__ == "IntConverter"
            assert number or name == "slug" or name in OF_ALL, f"{path}: the test of isolation cannot fill {name}"
            path = re.sub(rf"<\w+:{name}>", "{number}" if number else "{slug}" if name == "slug" else OF_ALL[name], path)
        if "{" in path:
            yield str(route.name), path


def test_every_address_outside_of_tenants_says_nothing_about_others(sides: Sides, beta: TenantDB, rows: Rows) -> None:
    """Second factors of somebody of beta, and whatever else names a tenant or a number."""
    person = Person.objects.get(pk=sides.beta["colleague"])
    add_app(person, b"0" * 20, 0, now=NOON)
    theirs = factors_of(person.pk)[0].id
    before, found, tried = state_of(beta, rows()), list[str](), 0
    for _name, path in outside():
        tried += 1
        there, never = path.format(slug="beta", number=theirs), path.format(slug=NOBODY, number=NEVER)
        found += told(sides, (there, "/beta"), (never, f"/{NOBODY}"))
    assert not found, "\n".join(found)
    assert tried >= 1 and state_of(beta, rows()) == before and factors_of(person.pk)[0].id == theirs

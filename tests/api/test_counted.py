"""Answers to programs are counted at the door, with the people in them; the disclosure register is held against that."""

from typing import Any

import pytest
from django.http import JsonResponse
from django.test import RequestFactory
from django.urls import resolve

from siegelpost.accounts.tokens import tokens_of
from siegelpost.api import outflows, urls
from siegelpost.api.gate import Call
from siegelpost.base import clock
from siegelpost.flows import read_people
from siegelpost.governance.disclosures.models import HandedOut
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program, program
from tests.evidence.logs import past_the_system
from tests.governance.watching import seen
from tests.web.townsfolk import a_list, a_person


@pytest.fixture
def shop(alpha: TenantDB) -> Program:
    """A program, and three people on list 1."""
    number = a_list(alpha, "News")
    for name in ("ann", "bob", "eve"):
        a_person(alpha, f"{name}@example.org", number)
    return program(alpha)


def found(tenant: TenantDB) -> tuple[str, int, int, int, int]:
    """What the check says: state, answers and people that were counted, and how many of both have no entry."""
    finding = seen("2.1-01", tenant, now=clock.now())
    names = ("files_out", "people_answered", "files_unregistered", "people_unregistered")
    return finding.state, *(int(str(finding.evidence[name])) for name in names)  # type: ignore[return-value]


@pytest.mark.slow
def test_what_a_program_reads_is_counted_and_has_its_entries(alpha: TenantDB, shop: Program) -> None:
    people = shop.see("subscribers?limit=2")["subscribers"]
    shop.see(f"subscribers/{people[0]['id']}")
    shop.told("POST", "subscribers/find", {"email": "eve@example.org"})
    assert shop.see("subscribers?after=999")["subscribers"] == []
    for path in ("lists", "lists/1", "fields", "mailings"):
        shop.see(path)
    shop.refused("GET", "subscribers/999")
    assert found(alpha) == ("green", 3, 4, 0, 0)


def test_an_operation_that_forgets_the_register_is_seen(alpha: TenantDB, shop: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.see("subscribers")
    monkeypatch.setattr(read_people, "_note", lambda *_: None)
    shop.see("subscribers")
    assert found(alpha) == ("red", 2, 6, 1, 3)


def test_more_people_than_the_entry_says_are_seen(alpha: TenantDB, shop: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = read_people._note
    monkeypatch.setattr(read_people, "_note", lambda tenant, people, *rest: noted(tenant, people[:1], *rest))
    shop.see("subscribers")
    assert found(alpha) == ("red", 1, 3, 0, 2)


def test_an_operation_of_which_nobody_said_anything_is_seen(alpha: TenantDB, shop: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outflows, "NOBODYS", tuple(one for one in outflows.NOBODYS if one != "GET fields"))
    shop.see("fields")
    assert found(alpha) == ("red", 1, 0, 1, 0)
    assert alpha.objects(HandedOut).get().act == "GET fields"


def test_people_in_the_answer_of_an_operation_that_gives_out_nobody_are_seen(alpha: TenantDB, shop: Program) -> None:
    request: Any = RequestFactory().get("/api/v1/t/alpha/lists")
    request.resolver_match = resolve(request.path, urlconf=urls.__name__)
    request.auth = Call(alpha, tokens_of(alpha, now=clock.now())[0], clock.now())
    outflows.count_answer(request, JsonResponse({"lists": [{"id": 1, "newest": [{"email": "ann@example.org"}]}]}))
    assert found(alpha) == ("red", 1, 1, 1, 1)


def test_what_cannot_be_counted_is_not_told(alpha: TenantDB, shop: Program) -> None:
    past_the_system(alpha, "ALTER TABLE disclosures_handedout RENAME TO elsewhere")
    answer = shop.ask("GET", "subscribers")
    assert answer.status_code == 500 and b"@example.org" not in answer.content

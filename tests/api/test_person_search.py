"""Who looks, with a second person, at what a colleague did sees what programs did with the tokens of that colleague, too."""

from datetime import timedelta

import pytest

from siegelpost.accounts.models import Token
from siegelpost.accounts.reads import person_with
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.flows.staff import take_out
from siegelpost.flows.tokens import NewToken, create_token, revoke
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program, program
from tests.web.visiting import Visitor, colleague

WHY = "A list was deleted on Monday; who was there?"
EVE = "eve@staff.example"


def found(tenant: TenantDB) -> str:
    """Ask about Eve on the page as one administrator, agree as the other, and return what the first one sees."""
    ada, bea = (Visitor(colleague(tenant, "admin", f"{name}@staff.example"), tenant) for name in ("ada", "bea"))
    answer = ada.send("access-log/ask", {"person": EVE, "reason": WHY})
    path = str(answer.headers["Location"]).removeprefix(ada.start)
    bea.send(f"{path}/answer", {"agree": "1"})
    return ada.see(path)


def eves(tenant: TenantDB) -> Program:
    """A program of Eve's, and one of somebody else's that did things, too."""
    program(tenant, email="zoe@staff.example").see("lists")
    return program(tenant, email=EVE)


def leaves(tenant: TenantDB, *, ago: timedelta = timedelta()) -> None:
    """Eve is taken out of the tenant."""
    eve = person_with(EVE)
    assert eve
    take_out(tenant, eve.pk, actor=Actor.operator(), now=clock.now() - ago)


@pytest.mark.slow
def test_calls_with_somebodys_token_are_what_they_did(alpha: TenantDB) -> None:
    shop = eves(alpha)
    shop.see("lists")
    shop.refused("POST", "subscribers/find", {"email": "nobody@example.org"})
    page = found(alpha)
    assert page.count(f"by API token {shop.number}</span>") == 2 == page.count("by API token ")
    assert "<td>Lists</td>" in page and "<td>Subscribers</td>" in page


@pytest.mark.slow
def test_a_token_that_was_revoked_or_taken_out_of_the_table_counts(alpha: TenantDB) -> None:
    shop, new = eves(alpha), NewToken(name="Till", rights=("read",), owner=EVE)
    number, key = create_token(alpha, new, actor=Actor.operator(), now=clock.now())
    shop.see("lists")
    Program(alpha.slug, key, number).see("fields")
    revoke(alpha, shop.number, actor=Actor.operator(), now=clock.now())
    shop.refused("GET", "lists")
    Token.objects.filter(pk=number).delete()
    page = found(alpha)
    assert page.count(f"by API token {shop.number}</span>") == 2 and page.count(f"by API token {number}</span>") == 1


@pytest.mark.slow
def test_somebody_who_left_can_be_asked_about_for_as_long_as_the_log_lasts(alpha: TenantDB) -> None:
    shop = eves(alpha)
    shop.see("lists")
    leaves(alpha)
    shop.refused("GET", "lists")
    ada = Visitor(colleague(alpha, "admin", "ada@staff.example"), alpha)
    assert "Left in the last 45 days" in ada.see("access-log/ask")
    assert found(alpha).count(f"by API token {shop.number}</span>") == 2


def test_somebody_who_left_before_that_is_a_stranger(alpha: TenantDB) -> None:
    eves(alpha)
    leaves(alpha, ago=timedelta(days=46))
    ada = Visitor(colleague(alpha, "admin", "ada@staff.example"), alpha)
    assert "Left in the last 45 days" not in ada.see("access-log/ask")
    ada.send("access-log/ask", {"person": EVE, "reason": WHY}, status=422)

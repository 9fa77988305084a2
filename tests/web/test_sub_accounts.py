"""The accounts below one: numbers and no people, the first administrator, the end; and nobody comes down by standing above."""

from datetime import timedelta

import pytest

from siegelpost.accounts.models import Person
from siegelpost.accounts.reads import colleagues
from siegelpost.base import clock
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.standing import set_sub_accounts
from tests.consent.test_inherited import away
from tests.delivery.support import launched
from tests.family import nested
from tests.mailings.making import some_sender
from tests.web.test_invitations import link_of
from tests.web.visiting import Visitor, colleague, visitor

BELOW = "sub-accounts/beta"
ANNA = "anna@below.example"


@pytest.fixture
def child(alpha: TenantDB, beta: TenantDB) -> TenantDB:
    return nested(alpha, beta)


pytestmark = pytest.mark.touches_beta


@pytest.mark.slow
def test_whoever_stands_above_sees_numbers_and_nobody(alpha: TenantDB, child: TenantDB) -> None:
    launched(child, 7, at=clock.now())
    admin = visitor(alpha, "admin")
    page, one = admin.see("sub-accounts"), admin.see(BELOW)
    assert "Beta GmbH" in page and ">7<" in page and "Mailings: 1" in one
    assert "p00001@example.org" not in page + one
    for path in ("", "subscribers", "lists", "mailings", "staff", "evidence", "operator"):
        assert admin.get(f"/t/beta/{path}").status_code == 404, "an administrator above is a stranger below"
    assert visitor(alpha, "editor").get("/t/alpha/sub-accounts").status_code == 403
    below = Visitor(colleague(child, "admin", "below@staff.example"), child)
    assert below.get("/t/beta/sub-accounts/alpha").status_code == 404
    with away(child):
        assert "cannot be asked now" in admin.see("sub-accounts")


def test_the_first_administrator_is_invited_from_above_and_then_lets_people_in(alpha: TenantDB, child: TenantDB) -> None:
    admin, wrong = visitor(alpha, "admin"), "wrong@below.example"
    admin.send(f"{BELOW}/administrator", {"email": ANNA}, status=409)  # nobody can write yet
    some_sender(alpha)
    for email in ("admin@staff.example", colleague(alpha, "viewer", "also@staff.example").email):
        assert "account above" in admin.send(f"{BELOW}/administrator", {"email": email}, status=403).content.decode()
    admin.send(f"{BELOW}/administrator", {"email": wrong})
    link_to_nobody = link_of(alpha, wrong)
    admin.send(f"{BELOW}/administrator", {"email": ANNA, "name": "Anna"})
    assert ANNA in admin.see(BELOW) and wrong not in admin.see(BELOW) and not colleagues(child)
    assert Visitor(None, child).post(link_to_nobody).status_code == 404, "whoever was named before and never came is out"
    anna, late = Visitor(None, child), link_of(alpha, ANNA)
    assert anna.post(late).status_code == 303 and [one.email for one in colleagues(child)] == [ANNA]
    assert "first administrator" not in admin.see(BELOW).lower()
    admin.send(f"{BELOW}/administrator", {"email": wrong}, status=403)
    assert anna.get("/t/beta/staff").status_code == 200
    above = Person.objects.get(email="admin@staff.example").pk
    assert [one["actor"] for one in entries(child, act="staff.roles_given")] == [f"staff:{above}"]
    assert len(entries(alpha, act="sub_account.administered")) == 2


@pytest.mark.slow
def test_an_end_is_set_moved_and_taken_back_from_above(alpha: TenantDB, child: TenantDB) -> None:
    admin, below = visitor(alpha, "admin"), visitor(child, "editor")
    day = (clock.now() + timedelta(days=30)).date()
    admin.send(f"{BELOW}/last-day", {"last": day.isoformat()})
    assert f'value="{day.isoformat()}"' in admin.see(BELOW)
    admin.send(f"{BELOW}/last-day", {"last": "2020-01-01"}, status=422)
    admin.send(f"{BELOW}/end", {"confirm": "alpha"}, status=422)
    below.see("lists")
    admin.send(f"{BELOW}/end", {"confirm": "beta"})
    assert open_tenant("beta").ended and "ended" in admin.see("sub-accounts")
    below.see("lists", status=403)
    admin.send(f"{BELOW}/last-day", {"last": ""})
    below.see("lists")


@pytest.mark.slow
def test_an_account_makes_as_many_as_the_operator_allows(alpha: TenantDB) -> None:
    admin, new = visitor(alpha, "admin"), {"name": "Leaf", "slug": "branch", "language": "de", "imprint": "", "test": "on", "last": ""}
    assert "is for the operator to say" in admin.see("sub-accounts")
    assert "may not make another sub-account" in admin.send("sub-accounts/new", new, status=403).content.decode()
    set_sub_accounts(alpha, 1)
    admin.send("sub-accounts/new", {**new, "slug": "alpha"}, status=422)
    admin.send("sub-accounts/new", new)
    leaf = open_tenant("branch")
    assert (leaf.parent, leaf.test, leaf.own, colleagues(leaf)) == (alpha.number, True, False, [])
    assert "test, sends nothing" in admin.see("sub-accounts/branch")
    admin.send("sub-accounts/new", {**new, "slug": "more"}, status=403)

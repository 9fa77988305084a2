"""Passwords that people set in the browser: which are taken, and what is kept of the rule."""

import pytest
from allauth.mfa.models import Authenticator

from siegelpost.accounts.models import Person
from siegelpost.accounts.password_rules import VERSION
from siegelpost.tenancy.handle import TenantDB
from tests.web.factors import set_up_app
from tests.web.visiting import Visitor, colleague

TWELVE, FIFTEEN = "x7,Kiesel+Ne", "x7,Kiesel+Nebel"


def choose(client: Visitor, password: str) -> str:
    """Set it; the text of the page, "" where it was taken."""
    answer = client.post("/account/password", {"new_password1": password, "new_password2": password})
    return "" if answer.status_code == 303 else answer.content.decode()


def test_a_password_is_judged_by_the_rule_and_remembers_it(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    client = Visitor(person, alpha)
    assert "15 characters are needed" in choose(client, TWELVE)
    assert "tenant" in choose(client, "kiesel, 7 alpha gmbh nebel")
    assert not Person.objects.get(pk=person.pk).has_usable_password()
    assert choose(client, FIFTEEN) == ""
    kept = Person.objects.get(pk=person.pk)
    assert kept.check_password(FIFTEEN) and (kept.password_rule, kept.password_least) == (VERSION, 15)


@pytest.mark.slow
def test_beside_a_second_factor_it_may_be_shorter_and_then_the_factor_stays(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    client = Visitor(person, alpha)
    set_up_app(client)
    assert choose(client, TWELVE) == "" and Person.objects.get(pk=person.pk).password_least == 12
    row = Authenticator.objects.get(user=person, type="totp")
    refused = client.post(f"/account/second-factor/{row.pk}/remove")
    assert refused.status_code == 403 and b"staff.password_short_alone" in refused.content
    Person.objects.filter(pk=person.pk).update(password_least=15)
    assert client.post(f"/account/second-factor/{row.pk}/remove").status_code == 303


def test_a_password_from_before_the_rule_still_opens_and_its_person_is_told(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    person.set_password("kiesel")
    person.save()
    client = Visitor(None, alpha)
    client.post("/login", {"login": person.email, "password": "kiesel"})
    assert "older than the rule" in client.get("/account").content.decode()
    assert choose(client, FIFTEEN) == "" and "older than the rule" not in client.get("/account").content.decode()


def test_a_password_can_be_pasted(alpha: TenantDB) -> None:
    """No script listens for it, and the fields say to password safes what they are."""
    page = Visitor(colleague(alpha, "editor"), alpha).get("/account").content.decode()
    assert page.count('autocomplete="new-password"') == 2 and "onpaste" not in page

"""Who gets in, and what they find: one-time links, passwords, roles, tenants apart."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Person
from siegelpost.accounts.services import set_active
from siegelpost.project import staff
from siegelpost.tenancy.handle import TenantDB
from tests.web.visiting import NOON, Visitor, colleague, visitor


def link_for(person: Person) -> str:
    return one_time_link(person, "")


def test_a_stranger_is_sent_to_the_login(alpha: TenantDB) -> None:
    answer = Visitor(None, alpha).get("/t/alpha/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/login?next=/t/alpha/")


def test_a_one_time_link_shows_a_button_and_logs_in_once(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    link = link_for(person)
    client = Visitor(None, alpha)
    assert client.get(link).status_code == 200
    assert client.get("/t/alpha/").status_code == 302  # looking at it does not log in
    assert client.post(link).headers["location"] == "/account"  # no password yet
    assert client.see()
    assert Visitor(None, alpha).get(link).status_code == 404


def test_a_link_of_somebody_who_was_blocked_opens_nothing(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    link = link_for(person)
    set_active(person.email, active=False, now=NOON)
    assert Visitor(None, alpha).post(link).status_code == 404


def test_whoever_is_blocked_is_out_at_the_next_page(alpha: TenantDB) -> None:
    client = visitor(alpha)
    assert client.see()
    set_active("editor@staff.example", active=False, now=NOON)
    assert client.get("/t/alpha/").status_code == 302


@pytest.mark.slow
def test_a_password_costs_an_attacker_memory_and_time() -> None:
    """OWASP's least for Argon2id is 19 MiB and two passes; RFC 9106 section 4 advises 64 MiB and three where memory is short."""
    with override_settings(PASSWORD_HASHERS=staff.PASSWORD_HASHERS):
        kept = make_password("seven red envelopes, 7")
    found = re.fullmatch(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$.+", kept)
    assert found is not None
    memory, passes = int(found[1]), int(found[2])
    assert memory >= 64 * 1024 and passes >= 2


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_password_logs_in_and_is_kept_as_argon2(alpha: TenantDB, language: str) -> None:
    person = colleague(alpha, "editor", language=language)
    person.set_password("seven red envelopes, 7")
    person.save()
    assert Person.objects.get(pk=person.pk).password.startswith("argon2$argon2id$")
    client = Visitor(None, alpha)
    wrong = client.post("/login", {"login": person.email, "password": "seven blue envelopes"})
    assert wrong.status_code == 200 and client.get("/t/alpha/").status_code == 302
    assert client.post("/login", {"login": person.email, "password": "seven red envelopes, 7"}).status_code == 302
    assert f'lang="{language}"' in client.see()


@pytest.mark.slow
def test_many_wrong_passwords_are_stopped(alpha: TenantDB) -> None:
    person = colleague(alpha, "admin")
    person.set_password("seven red envelopes, 7")
    person.save()
    client = Visitor(None, alpha)
    for _attempt in range(12):
        client.post("/login", {"login": person.email, "password": "no"})
    client.post("/login", {"login": person.email, "password": "seven red envelopes, 7"})
    assert client.get("/t/alpha/").status_code == 302


def test_a_tenant_of_others_is_no_tenant(alpha: TenantDB, beta: TenantDB) -> None:
    client = visitor(alpha, "admin")
    pages = [client.get(f"/t/{slug}/").content.decode() for slug in ("beta", "nowhere")]
    there, nowhere = (re.sub(r'value="[^"]*"|X-CSRFToken": "\w+', "", page) for page in pages)
    assert there == nowhere
    assert "web.no_such_tenant" in there


def test_one_tenant_is_opened_at_once_and_several_are_offered(alpha: TenantDB, beta: TenantDB) -> None:
    person = colleague(alpha, "editor")
    assert Visitor(person, alpha).get("/").headers["location"] == "/t/alpha/"
    both = colleague(beta, "viewer", email=person.email)
    page = Visitor(both, alpha).get("/").content.decode()
    assert "Alpha GmbH" in page and "Beta GmbH" in page


def test_an_operator_enters_own_tenants_only(alpha: TenantDB) -> None:
    assert visitor(alpha, "operator").see()


def test_nobody_signs_up(alpha: TenantDB) -> None:
    answer = Visitor(None, alpha).post("/login/signup", {"email": "new@example.org", "password1": "x", "password2": "x"})
    assert answer.status_code in (302, 405)
    assert Person.objects.filter(email="new@example.org").count() == 0


def test_a_part_of_a_page_leads_the_whole_page_to_the_login(alpha: TenantDB) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/t/alpha/mailings/"}
    answer = Visitor(None, alpha).get("/t/alpha/", headers=asked)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login?next=/t/alpha/mailings/")


def test_whoever_was_logged_out_while_typing_comes_back_to_the_same_page(alpha: TenantDB) -> None:
    client = Visitor(None, alpha, enforce_csrf_checks=True)
    answer = client.post("/t/alpha/lists/new", {"name": "Letter"}, headers={"Referer": "http://testserver/t/alpha/lists/new"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/t/alpha/lists/new")

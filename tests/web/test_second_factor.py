"""Second factors: who needs one and gets no further without, what a code is worth, what lies in the database."""

import base64
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connections

from siegelpost.accounts.factors import bring
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Person, Session
from siegelpost.accounts.services import give_role
from siegelpost.accounts.sessions import SessionStore
from siegelpost.base.settings import process_settings
from siegelpost.evidence.access import accesses
from siegelpost.flows.second_factor import ask_of_staff
from siegelpost.project import settings as plain
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.web.factors import PASSWORD, App, set_up_app
from tests.web.townsfolk import STAFF
from tests.web.visiting import BACKEND, NOON, Visitor, colleague

pytestmark = pytest.mark.slow

AT = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)
MANY = 6
BY_PASSWORD = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def production(no_tenants: None) -> Iterator[None]:
    """Where a one-time link is no second factor."""
    os.environ["SIEGELPOST_ENVIRONMENT"] = "production"
    process_settings.cache_clear()
    yield
    os.environ["SIEGELPOST_ENVIRONMENT"] = "test"
    process_settings.cache_clear()


def with_password(tenant: TenantDB, role: str) -> Person:
    person = colleague(tenant, role)
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(tenant: TenantDB, person: Person) -> Visitor:
    """Address and password; what comes then is up to the test."""
    client = Visitor(None, tenant)
    answer = client.post("/login", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def prove(client: Visitor, code: str) -> str:
    """Bring a code; the text of the page, "" where it opened the door."""
    answer = client.post("/login/second-factor", {"code": code})
    return "" if answer.status_code == 302 else answer.content.decode()


def is_in(client: Visitor) -> bool:
    return client.get(client.start).status_code == 200


def in_sessions() -> str:
    """What all sessions hold, opened."""
    return str([SessionStore().decode(row.session_data) for row in Session.objects.all()])


def verbs() -> list[str]:
    today = datetime.now(UTC).date()
    return [one.verb for one in accesses(operator_db(), today, today)]


def with_app(tenant: TenantDB, role: str = "admin") -> tuple[Person, App, list[str]]:
    """Somebody who set an app up a minute before AT."""
    person = with_password(tenant, role)
    with time_machine.travel(AT.replace(minute=58, hour=11), tick=False):
        app, codes = set_up_app(log_in(tenant, person))
    return person, app, codes


@pytest.mark.parametrize("role", ["admin", "operator"])
def test_whoever_needs_a_second_factor_and_has_none_sets_one_up_and_can_do_nothing_else(alpha: TenantDB, role: str) -> None:
    client = log_in(alpha, with_password(alpha, role))
    for path in (client.start, "/", "/account", f"{client.start}lists", f"{client.start}staff"):
        assert client.get(path).headers["location"] == "/account/second-factor", path
    assert client.post(f"{client.start}lists/new", {"name": "Letter"}).headers["location"] == "/account/second-factor"
    assert client.post("/account/password", {"new_password1": PASSWORD}).headers["location"] == "/account/second-factor"
    assert client.post("/account/second-factor/codes").headers["location"] == "/account/second-factor"
    page = client.get("/account/second-factor").content.decode()
    assert "before that no other page opens" in page and "Log out" in page
    _app, codes = set_up_app(client)
    assert len(set(codes)) == 10 and is_in(client)
    assert client.post("/logout").status_code == 302 and not is_in(client)


def test_an_editor_needs_none_until_the_tenant_asks_for_it(alpha: TenantDB) -> None:
    client = log_in(alpha, with_password(alpha, "editor"))
    assert is_in(client)
    ask_of_staff(alpha, ("editor",), actor=STAFF, now=NOON)
    assert client.get(client.start).headers["location"] == "/account/second-factor"
    ask_of_staff(alpha, (), actor=STAFF, now=NOON)
    assert is_in(client)


def test_a_tenant_that_asks_nothing_still_has_administrators_with_two_factors(alpha: TenantDB) -> None:
    ask_of_staff(alpha, (), actor=STAFF, now=NOON)
    assert not is_in(log_in(alpha, with_password(alpha, "admin")))


def test_another_tenants_rule_asks_nothing_of_people_here(alpha: TenantDB) -> None:
    client = log_in(alpha, with_password(alpha, "editor"))
    ask_of_staff(_as_number(alpha, alpha.number + 1000), ("editor",), actor=STAFF, now=NOON)
    assert is_in(client)


def _as_number(tenant: TenantDB, number: int) -> TenantDB:
    return replace(tenant, number=number)


def test_a_one_time_link_is_a_second_factor_on_a_test_system(alpha: TenantDB) -> None:
    client = Visitor(None, alpha)
    client.post(one_time_link(colleague(alpha, "admin"), ""))
    assert is_in(client)


@pytest.mark.usefixtures("production")
def test_in_production_a_link_opens_the_way_to_the_second_factor_only(alpha: TenantDB) -> None:
    person = colleague(alpha, "admin")
    client = Visitor(None, alpha)
    client.post(one_time_link(person, ""))
    assert client.get(client.start).headers["location"] == "/account/second-factor"
    app, _codes = set_up_app(client)
    assert is_in(client)
    later = Visitor(None, alpha)
    answer = later.post(one_time_link(Person.objects.get(pk=person.pk), ""))
    assert answer.headers["location"].startswith("/login/second-factor") and not is_in(later)
    assert prove(later, app.code(steps=1)) == "" and is_in(later)
    assert "login:link+totp" in verbs()


def test_a_password_alone_opens_nothing_for_whoever_has_a_second_factor(alpha: TenantDB) -> None:
    person, app, _codes = with_app(alpha)
    with time_machine.travel(AT, tick=False):
        client = log_in(alpha, person)
        assert not is_in(client)
        assert "is not right" in prove(client, "000000" if app.code() != "000000" else "111111") and not is_in(client)
        assert prove(client, app.code()) == "" and is_in(client)


def test_the_access_log_says_which_factors_were_shown(alpha: TenantDB) -> None:
    person = with_password(alpha, "editor")
    client = log_in(alpha, person)
    app, codes = set_up_app(client)
    prove(log_in(alpha, person), app.code(steps=1))
    prove(log_in(alpha, person), codes[0])
    assert [verb for verb in verbs() if verb.startswith("login")] == [
        "login:password",
        "login:password+totp",
        "login:password+recovery_codes",
    ]


def test_a_code_counts_once(alpha: TenantDB) -> None:
    """Also in the next step of the clock, in which it would still be accepted: there allauth had forgotten that it was used."""
    person, app, _codes = with_app(alpha)
    code = app.code(AT)
    with time_machine.travel(AT, tick=False):
        assert prove(log_in(alpha, person), code) == ""
        again = log_in(alpha, person)
        assert "was used already" in prove(again, code) and not is_in(again)
    with time_machine.travel(AT.replace(second=45), tick=False):
        again = log_in(alpha, person)
        assert "was used already" in prove(again, code) and not is_in(again)


def test_a_clock_that_is_one_step_off_is_forgiven_and_one_two_minutes_off_is_told(alpha: TenantDB) -> None:
    person, app, _codes = with_app(alpha)
    with time_machine.travel(AT, tick=False):
        for steps, words in ((4, "ahead of ours by 2 min"), (-4, "behind ours by 2 min")):
            client = log_in(alpha, person)
            assert words in prove(client, app.code(AT, steps=steps)) and not is_in(client)
        assert prove(log_in(alpha, person), app.code(AT, steps=-1)) == ""
        assert prove(log_in(alpha, person), app.code(AT, steps=1)) == ""


def test_a_code_that_told_of_a_wrong_clock_opens_nothing_when_its_time_has_come(alpha: TenantDB) -> None:
    """Whoever guesses one of the next ten would only have to wait."""
    person, app, _codes = with_app(alpha)
    guessed = app.code(AT, steps=4)
    with time_machine.travel(AT, tick=False):
        assert "ahead of ours by 2 min" in prove(log_in(alpha, person), guessed)
    with time_machine.travel(AT + timedelta(minutes=2), tick=False):
        client = log_in(alpha, person)
        assert "was used already" in prove(client, guessed) and not is_in(client)
        assert prove(client, app.code(steps=1)) == ""


def test_guessing_codes_at_the_question_for_one_is_stopped_too(alpha: TenantDB) -> None:
    """Who came in by an identity provider has no password: a locked session asks for a code of the app."""
    person, app, _codes = with_app(alpha)
    with time_machine.travel(AT, tick=False):
        client = log_in(alpha, person)
        assert prove(client, app.code()) == ""
        Person.objects.filter(pk=person.pk).update(password="!")
    with time_machine.travel(AT + timedelta(minutes=1), tick=False):
        client.force_login(Person.objects.get(pk=person.pk), backend=BACKEND)
        client.get(client.start)
        client.post("/account/again", {"lock": "1"})
        wrong = [f"{number:06}" for number in range(12) if f"{number:06}" != app.code()]
        before = verbs().count("login")
        said = [client.post("/account/again", {"code": code}).content.decode() for code in wrong]
        assert "is not right" in said[0] and "Too many failed login attempts" in said[-1]
        assert client.post("/account/again", {"code": app.code()}).status_code == 422 and not is_in(client)
        assert verbs().count("login") > before, "the access log of the operator tells of it"
    with time_machine.travel(AT + timedelta(minutes=8), tick=False):
        assert client.post("/account/again", {"code": app.code()}).status_code == 303 and is_in(client)


@pytest.mark.parametrize("kind", ["code of the app", "recovery code"])
def test_of_many_who_bring_the_same_code_at_the_same_moment_one_is_let_in(alpha: TenantDB, kind: str) -> None:
    person, app, codes = with_app(alpha)
    code, found = app.code(AT) if kind == "code of the app" else codes[0], list[bool]()
    gate = threading.Barrier(MANY)

    def run() -> None:
        try:
            Person.objects.get(pk=person.pk)  # with a connection of its own, which takes its time
            gate.wait()
            found.append(bring(person, code, now=AT)[1] is not None)
        finally:
            connections.close_all()

    crowd = [threading.Thread(target=run) for _ in range(MANY)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(found) == [False] * (MANY - 1) + [True]


def test_a_recovery_code_opens_once(alpha: TenantDB) -> None:
    person, _app, codes = with_app(alpha)
    with time_machine.travel(AT, tick=False):
        assert prove(log_in(alpha, person), codes[3]) == ""
        assert "is not right" in prove(log_in(alpha, person), codes[3])
        client = log_in(alpha, person)
        prove(client, codes[4])
        assert "8 codes are left" in client.get("/account/second-factor").content.decode()


def test_guessing_codes_is_stopped(alpha: TenantDB) -> None:
    person, app, _codes = with_app(alpha)
    with time_machine.travel(AT, tick=False):
        client = log_in(alpha, person)
        wrong = [f"{number:06}" for number in range(12) if f"{number:06}" != app.code()]
        said = [prove(client, code) for code in wrong]
        assert "Too many failed login attempts" in said[-1]
        assert prove(client, app.code()) != "" and not is_in(client)


def test_the_last_factor_stays_where_one_is_required(alpha: TenantDB) -> None:
    person, app, _codes = with_app(alpha)
    with time_machine.travel(AT, tick=False):
        client = log_in(alpha, person)
        prove(client, app.code())
        row = Authenticator.objects.get(user=person, type="totp")
        answer = client.post(f"/account/second-factor/{row.pk}/remove")
        assert answer.status_code == 403 and b"staff.factor_needed" in answer.content
        assert Authenticator.objects.filter(pk=row.pk).exists()
        assert client.post(f"/account/second-factor/{row.pk + 1000}/remove").status_code == 404


def test_an_editor_may_remove_it_and_the_codes_go_along(alpha: TenantDB) -> None:
    person = with_password(alpha, "editor")
    client = log_in(alpha, person)
    set_up_app(client)
    Person.objects.filter(pk=person.pk).update(password_least=15)
    row = Authenticator.objects.get(user=person, type="totp")
    assert client.post(f"/account/second-factor/{row.pk}/remove").status_code == 303
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_new_factor_ends_the_sessions_that_never_showed_it(alpha: TenantDB) -> None:
    person = with_password(alpha, "editor")
    other, mine = log_in(alpha, person), log_in(alpha, person)
    set_up_app(mine)
    assert is_in(mine) and not is_in(other)
    assert Session.objects.filter(person_id=person.pk).count() == 1


@pytest.mark.touches_beta
def test_a_factor_made_before_a_second_role_is_void(alpha: TenantDB, beta: TenantDB) -> None:
    """Whoever let somebody into the first tenant could have set it up."""
    person, _app, _codes = with_app(alpha, "editor")
    give_role(person, beta.number, "viewer", now=NOON)
    assert not Authenticator.objects.filter(user=person).exists()


def test_secrets_lie_encrypted_in_the_database(alpha: TenantDB) -> None:
    _person, app, codes = with_app(alpha)
    letters = base64.b32encode(app.secret).decode()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT session_data FROM accounts_session")
        kept += str(cursor.fetchall())
    assert "secret" in kept and letters not in kept and codes[0].replace(" ", "") not in kept
    assert letters not in in_sessions()


def test_an_unfinished_secret_lies_encrypted_in_the_session(alpha: TenantDB) -> None:
    client = log_in(alpha, with_password(alpha, "editor"))
    page = client.get("/account/second-factor/app").content.decode()
    letters = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert letters
    kept = in_sessions()
    assert "second_factor_new" in kept and letters[1].replace(" ", "") not in kept


def test_sending_and_the_public_edge_know_nothing_of_it() -> None:
    assert "allauth.mfa" in settings.INSTALLED_APPS
    known = [name for name in plain.INSTALLED_APPS if "allauth" in name or "accounts" in name]
    assert known == ["siegelpost.accounts.approvals"]  # lies in the tenant's database and holds numbers of people; a launch asks it

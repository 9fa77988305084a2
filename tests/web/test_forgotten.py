"""A forgotten password: the link lives 15 minutes and counts once, and nobody learns from it who is known here."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from siegelpost.accounts.models import PasswordReset, Person, Session
from siegelpost.accounts.services import give_role, set_active
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.reads import about
from siegelpost.flows.reset_password import mail_resets
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.mailings.making import some_sender
from tests.web.factors import set_up_app
from tests.web.test_attacks import PASSWORD, is_in, log_in, with_password
from tests.web.visiting import NOON, Visitor, colleague

pytestmark = pytest.mark.slow

NEW = "nine green lanterns, 9"
EMAIL = "editor@staff.example"


def ask(alpha: TenantDB, email: str = EMAIL, address: str = "192.0.2.1") -> tuple[int, str]:
    answer = Visitor(None, alpha).post("/login/forgotten", {"email": email}, REMOTE_ADDR=address)
    return answer.status_code, re.sub(r'(Token": |token" value=)"\w+"', "", answer.content.decode())


def mailed(alpha: TenantDB) -> list[str]:
    """What the worker sends: the paths of the links, the newest last."""
    mail_resets([alpha], staff_url="https://staff.example", now=NOON)
    rows = alpha.objects(Outgoing).filter(to=EMAIL).order_by("pk")
    return [found[1] for row in rows if (found := re.search(r"https://staff\.example(/login/new-password/\S+)", row.text))]


def set_new(alpha: TenantDB, path: str, password: str = NEW) -> int:
    return int(Visitor(None, alpha).post(path, {"new_password1": password, "new_password2": password}).status_code)


@pytest.fixture
def person(alpha: TenantDB) -> Person:
    """Somebody with a password, in a tenant that can write."""
    cache.clear()
    some_sender(alpha)
    return with_password(colleague(alpha, "editor"))


@time_machine.travel(NOON, tick=False)
def test_the_link_sets_a_password_once_ends_all_sessions_and_logs_nobody_in(alpha: TenantDB, person: Person) -> None:
    before = Visitor(person, alpha)
    assert is_in(before) and ask(alpha)[0] == 200
    (path,) = mailed(alpha)
    stranger = Visitor(None, alpha)
    assert stranger.get(path).status_code == 200, "a program that looks at links in advance uses nothing up"
    assert stranger.post(path, {"new_password1": "short", "new_password2": "short"}).status_code == 422
    answer = stranger.post(path, {"new_password1": NEW, "new_password2": NEW})
    assert not Session.objects.filter(person_id=person.pk).exists(), "each session ends now, not when it is looked at"
    assert (answer.status_code, answer.headers["location"]) == (303, "/login") and not is_in(stranger) and not is_in(before)
    assert set_new(alpha, path, PASSWORD) == 404
    log_in(stranger, PASSWORD, EMAIL)
    assert not is_in(stranger)
    log_in(stranger, NEW, EMAIL)
    assert is_in(stranger)
    acts = [one.act for one in about(operator_db(), [f"staff:{person.pk}"])]
    assert [act for act in acts if "reset" in act] == ["staff.password_reset", "staff.reset_asked"]


def test_after_15_minutes_it_opens_nothing_and_nothing_of_it_is_left(alpha: TenantDB, person: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        ask(alpha)
        (path,) = mailed(alpha)
    with time_machine.travel(NOON + timedelta(minutes=14, seconds=59), tick=False):
        assert Visitor(None, alpha).get(path).status_code == 200
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert Visitor(None, alpha).get(path).status_code == 404 and set_new(alpha, path) == 404
    mail_resets([alpha], staff_url="", now=NOON + timedelta(minutes=15))
    assert not PasswordReset.objects.exists()


@time_machine.travel(NOON, tick=False)
def test_a_known_and_an_unknown_address_get_the_same_answer_for_the_same_work(alpha: TenantDB, person: Person) -> None:
    set_active(with_password(colleague(alpha, "viewer")).email, active=False, now=NOON)
    colleague(alpha, "admin")  # has no password: one would be a second way in
    seen, work = set(), set()
    for email in (EMAIL, "nobody@staff.example", "viewer@staff.example", "admin@staff.example"):
        with CaptureQueriesContext(connections["default"]) as queries:
            seen.add(ask(alpha, email))
        asked = [one["sql"] for one in queries if "accounts_" in one["sql"] and "accounts_session" not in one["sql"]]
        work.add(tuple(" ".join(text.split()[:3]) for text in asked))
    assert len(seen) == len(work) == 1 and len(next(iter(work))) == 2, "one look and one row, whoever it is"
    assert len(mailed(alpha)) == 1 and alpha.objects(Outgoing).count() == 1


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("email", [EMAIL, "nobody@staff.example"])
def test_asking_is_slowed_down_per_account_and_per_address(alpha: TenantDB, person: Person, email: str) -> None:
    assert [ask(alpha, email, f"192.0.2.{n}")[0] for n in range(4)] == [200, 200, 200, 429]
    assert [ask(alpha, f"x{n}@x.example", "198.51.100.9")[0] for n in range(21)] == [200] * 20 + [429]


@time_machine.travel(NOON, tick=False)
def test_a_link_dies_with_a_new_role_a_block_or_another_password(alpha: TenantDB, beta: TenantDB, person: Person) -> None:
    def new_role() -> None:
        give_role(person, alpha.number, "viewer", now=NOON)

    def block() -> None:
        set_active(EMAIL, active=False, now=NOON)
        set_active(EMAIL, active=True, now=NOON)

    def password() -> None:
        with_password(Person.objects.get(pk=person.pk))

    for change in (new_role, block, password):
        cache.clear()
        ask(alpha)
        path = mailed(alpha)[-1]
        assert Visitor(None, alpha).get(path).status_code == 200
        change()
        assert set_new(alpha, path) == 404, change.__name__


@time_machine.travel(NOON, tick=False)
def test_the_second_factor_is_asked_for_after_it(alpha: TenantDB, person: Person) -> None:
    set_up_app(Visitor(person, alpha))
    ask(alpha)
    assert set_new(alpha, mailed(alpha)[-1]) == 303
    client = Visitor(None, alpha)
    assert log_in(client, NEW, EMAIL).headers["location"].startswith("/login/second-factor") and not is_in(client)


@time_machine.travel(NOON, tick=False)
def test_the_secret_stands_in_the_mail_alone_and_nobody_guesses_it(alpha: TenantDB, person: Person) -> None:
    ask(alpha)
    (path,) = mailed(alpha)
    row = PasswordReset.objects.get()
    assert path.rpartition("-")[2] not in (row.digest, "") and set_new(alpha, f"{path}x") == 404
    assert set_new(alpha, path.replace(f"/{person.pk}-", "/999-")) == set_new(alpha, "/login/new-password/x") == 404

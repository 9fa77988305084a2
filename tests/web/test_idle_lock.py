"""A session without its person: locked, opened by the password, ended; and what asks for the password although it is open."""

from datetime import timedelta

import pytest

from siegelpost.accounts.models import Session
from siegelpost.base import clock
from siegelpost.flows.second_factor import ask_of_staff
from siegelpost.tenancy.handle import TenantDB
from tests.web.factors import PASSWORD
from tests.web.townsfolk import STAFF
from tests.web.visiting import NOON, Visitor, colleague

pytestmark = pytest.mark.slow

HTML = {"Accept": "text/html"}


def at_work(tenant: TenantDB, role: str = "editor") -> Visitor:
    """Somebody with a password, who has just opened a page."""
    person = colleague(tenant, role)
    person.set_password(PASSWORD)
    person.save()
    client = Visitor(person, tenant)
    assert client.get(client.start, headers=HTML).status_code == 200
    return client


def key(client: Visitor) -> str:
    return str(client.cookies["staff"].value)


def let_pass(client: Visitor, minutes: float, *, since: str = "seen_at") -> None:
    """So long ago its person was seen last, or it began."""
    Session.objects.filter(pk=key(client)).update(**{since: clock.now() - timedelta(minutes=minutes)})


def again(client: Visitor, **values: str) -> int:
    return int(client.post("/account/again", values, headers={"X-Requested-With": "XMLHttpRequest"}).status_code)


def test_a_locked_session_answers_nothing_until_the_password_comes(alpha: TenantDB) -> None:
    client = at_work(alpha)
    let_pass(client, 11)
    page = client.get(client.start + "subscribers", headers=HTML)
    assert page.status_code == 423 and b"Locked" in page.content and b"Subscribers" not in page.content
    assert client.post(client.start + "lists/new", {"name": "Letter"}, headers=HTML).status_code == 423
    part = client.get(client.start, headers={"HX-Request": "true"})
    assert (part.status_code, part.content) == (423, b"")
    assert client.post("/account/alive").status_code == 423  # to say that one is here does not open it
    assert again(client, password="wrong") == 422
    assert client.get(client.start, headers=HTML).status_code == 423
    assert again(client, password=PASSWORD) == 204
    assert client.get(client.start, headers=HTML).status_code == 200


def test_who_comes_back_without_scripts_is_led_to_the_same_page(alpha: TenantDB) -> None:
    client = at_work(alpha)
    let_pass(client, 11)
    answer = client.post("/account/again", {"password": PASSWORD, "next": f"{client.start}lists?q=a"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{client.start}lists?q=a")
    outside = client.post("/account/again", {"password": PASSWORD, "next": "//evil.example/x"})
    assert outside.headers["location"] in ("/", "/x")


def test_news_that_a_page_asks_for_by_itself_keep_nobody_in(alpha: TenantDB) -> None:
    client = at_work(alpha)
    let_pass(client, 9)
    before = Session.objects.get(pk=key(client)).seen_at
    client.get(client.start, headers={"HX-Request": "true", **HTML})
    client.get("/account/alive")
    assert Session.objects.get(pk=key(client)).seen_at == before
    client.post("/account/alive")
    assert Session.objects.get(pk=key(client)).seen_at != before


def test_after_a_working_day_the_session_is_over_whatever_happens(alpha: TenantDB) -> None:
    client = at_work(alpha)
    let_pass(client, 12 * 60 + 1, since="began_at")
    assert client.get(client.start, headers=HTML).headers["location"].startswith("/login")
    assert not Session.objects.filter(pk=key(client), person_id__isnull=False).exists()


def test_a_new_password_does_not_make_a_session_younger(alpha: TenantDB) -> None:
    client = at_work(alpha)
    let_pass(client, 5, since="began_at")
    began = Session.objects.get(pk=key(client)).began_at
    chosen = "x7,Kiesel+Nebel"
    assert client.post("/account/password", {"new_password1": chosen, "new_password2": chosen}).status_code == 303
    assert Session.objects.get(pk=key(client)).began_at == began


@pytest.mark.parametrize("elsewhere", [{"REMOTE_ADDR": "198.51.100.7"}, {"HTTP_USER_AGENT": "curl/8"}])
def test_a_stolen_session_opens_nothing_from_elsewhere(alpha: TenantDB, elsewhere: dict[str, str]) -> None:
    client = at_work(alpha)
    thief = Visitor(None, alpha, **elsewhere)
    thief.cookies["staff"] = key(client)
    assert thief.get(client.start, headers=HTML).status_code == 423
    assert again(thief, password="guessed") == 422
    assert thief.get(client.start, headers=HTML).status_code == 423
    assert client.get(client.start, headers=HTML).status_code == 423  # its person learns of it
    assert again(client, password=PASSWORD) == 204 and client.get(client.start, headers=HTML).status_code == 200


def test_a_tenant_may_lock_sooner_and_never_later(alpha: TenantDB) -> None:
    client = at_work(alpha)
    ask_of_staff(alpha, (), idle=2, actor=STAFF, now=NOON)
    let_pass(client, 3)
    assert client.get(client.start, headers=HTML).status_code == 423
    again(client, password=PASSWORD)
    ask_of_staff(alpha, (), idle=60, actor=STAFF, now=NOON)
    let_pass(client, 11)
    assert client.get(client.start, headers=HTML).status_code == 423


def test_people_see_their_sessions_and_end_the_others(alpha: TenantDB) -> None:
    client = at_work(alpha)
    other = Visitor(colleague(alpha, "editor"), alpha, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    other.get(other.start, headers=HTML)
    page = client.get("/account/sessions").content.decode()
    assert "Firefox, Windows" in page and "127.0.0.0/24" in page and "this one" in page
    assert key(client) not in page and key(other) not in page  # a key that is shown can be stolen
    mark = page.split('name="mark" value="')[1].split('"')[0]
    assert client.post("/account/sessions/end", {"mark": mark}).status_code == 303
    assert other.get(other.start, headers=HTML).status_code == 302 and client.get(client.start, headers=HTML).status_code == 200


def test_nobody_ends_sessions_of_others(alpha: TenantDB) -> None:
    client, other = at_work(alpha), at_work(alpha, "viewer")
    mark = _marks(other)
    client.post("/account/sessions/end", {"mark": mark})
    assert other.get(other.start, headers=HTML).status_code == 200


def _marks(client: Visitor) -> str:
    from hashlib import sha256  # noqa: PLC0415 (as the page makes it)

    return sha256(f"mark {key(client)}".encode()).hexdigest()[:16]


def test_a_clock_that_was_set_back_makes_nothing_fresh(alpha: TenantDB) -> None:
    client = at_work(alpha, "admin")
    let_pass(client, -2, since="began_at")
    assert client.get(f"{client.start}staff/new").headers["location"].startswith("/account/again")
    assert again(client, password=PASSWORD) == 204
    assert client.get(f"{client.start}staff/new").status_code == 200


SENSITIVE = ("staff/new", "staff/entry", "roles/new", "tokens/new", "tokens/1/revoke", "subscribers/1/erase", "roles/matrix.csv")
SENT = ("tokens/new", "tokens/1/revoke", "subscribers/1/erase", "evidence/file", "disclosures/file")


def test_what_is_sensitive_asks_for_the_password_when_that_was_long_ago(alpha: TenantDB) -> None:
    client = at_work(alpha, "admin")
    assert client.get(f"{client.start}staff/new").status_code == 200  # just logged in
    let_pass(client, 11, since="began_at")
    for path in SENSITIVE:
        answer = client.get(client.start + path)
        assert answer.headers["location"].startswith("/account/again?next=%2Ft%2Falpha%2F"), path
    refused = client.post(f"{client.start}staff/new", {"email": "x@staff.example", "role": "viewer"})
    assert refused.status_code == 303 and refused.headers["location"].startswith("/account/again")
    for path in SENT:
        answer = client.post(client.start + path, {"name": "Shop", "kept": "1-2-3-4"})
        assert (answer.status_code, answer.headers["location"][:14]) == (303, "/account/again"), path
    assert 'data-kept-taken=""' in client.see("lists"), "the browser keeps what it was not rid of"
    assert client.post("/account/second-factor/codes").headers["location"].startswith("/account/again")
    assert client.get(f"{client.start}lists").status_code == 200
    assert again(client, password=PASSWORD) == 204
    assert client.get(f"{client.start}staff/new").status_code == 200

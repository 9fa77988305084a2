"""When a session of the staff is over, its row is gone: nothing that happens later brings it back."""

import http.client
import os
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.sessions.backends.base import UpdateError

from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Session
from siegelpost.accounts.services import give_role, make_operator, set_active
from siegelpost.accounts.sessions import SessionStore, end_sessions
from siegelpost.tenancy.handle import TenantDB
from tests.cli.shell import ROOT, run
from tests.patience import PATIENCE
from tests.web.browser import Site, serving
from tests.web.visiting import NOON, Visitor, colleague, visitor

PASSWORD = "seven red envelopes, 7"


def cookie(client: Visitor) -> str:
    """The key of the client's session."""
    return str(client.cookies["staff"].value)


def kept(*clients: Visitor) -> list[bool]:
    """Whether the session of each is a row still."""
    return [Session.objects.filter(pk=cookie(client)).exists() for client in clients]


def is_in(client: Visitor) -> bool:
    return client.get("/account").status_code == 200


def test_a_block_deletes_every_session_of_the_person_and_none_of_others(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    here, there, other = Visitor(person, alpha), Visitor(person, alpha), visitor(alpha, "admin")
    stranger = Visitor(None, alpha)
    stranger.get("/login")
    set_active(person.email, active=False, now=NOON)
    assert kept(here, there, other, stranger) == [False, False, True, True]
    set_active(person.email, active=True, now=NOON)
    assert not is_in(here) and not is_in(there) and is_in(other)
    assert is_in(Visitor(person, alpha))


def test_a_session_that_came_up_during_the_block_does_not_outlive_it(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    set_active(person.email, active=False, now=NOON)
    late = Visitor(person, alpha)  # the password was right a moment before the block
    assert kept(late) == [True] and not is_in(late)
    set_active(person.email, active=True, now=NOON)
    assert kept(late) == [False] and not is_in(late)


def test_a_page_that_is_being_answered_does_not_bring_its_session_back(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    client = Visitor(person, alpha)
    answering = SessionStore(cookie(client))
    answering["said"] = "hello"
    assert end_sessions(person.pk) == 1
    with pytest.raises(UpdateError):
        answering.save()
    assert kept(client) == [False]


def test_a_link_from_before_the_block_stays_void_after_it(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    link = one_time_link(person, "")
    set_active(person.email, active=False, now=NOON)
    let_in_again = set_active(person.email, active=True, now=NOON)
    assert Visitor(None, alpha).post(link).status_code == 404
    assert Visitor(None, alpha).post(one_time_link(let_in_again, "")).status_code == 303


def test_a_new_password_deletes_the_other_sessions_and_keeps_this_one(alpha: TenantDB) -> None:
    person = colleague(alpha, "viewer")
    mine, other = Visitor(person, alpha), Visitor(person, alpha)
    assert mine.post("/account/password", {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 303
    assert kept(mine, other) == [True, False]
    assert is_in(mine) and not is_in(other)


def test_whoever_loses_the_role_is_out_everywhere(alpha: TenantDB, beta: TenantDB) -> None:
    person = colleague(alpha, "editor")
    give_role(person, beta.number, "viewer", now=NOON)
    person = colleague(alpha, "editor")
    theirs, admin = Visitor(person, alpha), visitor(alpha, "admin")
    admin.send(f"staff/{person.pk}/away", {"confirm": person.email})
    assert kept(theirs, admin) == [False, True]
    assert not is_in(theirs)


def test_whoever_leaves_a_tenant_keeps_the_session_in_which_they_did_it(alpha: TenantDB) -> None:
    person = colleague(alpha, "admin")
    colleague(alpha, "admin", "second@staff.example")
    mine, elsewhere = Visitor(person, alpha), Visitor(person, alpha)
    mine.send(f"staff/{person.pk}/away", {"confirm": person.email})
    assert kept(mine, elsewhere) == [True, False]
    mine.see(status=404)


@pytest.mark.parametrize("grows", ["role", "operator"])
def test_whoever_may_enter_more_starts_without_sessions(alpha: TenantDB, beta: TenantDB, grows: str) -> None:
    person = colleague(alpha, "editor")
    before = Visitor(person, alpha)
    if grows == "role":
        give_role(person, beta.number, "viewer", now=NOON)
    else:
        make_operator(person)
    assert kept(before) == [False]


def ask(site: Site, path: str, *, key: str = "", form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, text and the key of the session afterwards, over a socket."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    headers = {"Host": urlsplit(site.url).netloc, "Origin": site.url, **({"Cookie": f"staff={key}"} if key else {})}
    body = urlencode(form) if form else None
    connection.request("POST" if form else "GET", path, body, headers | {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    text = answer.read().decode()
    said = re.search(r"staff=(\w+)", answer.headers.get("Set-Cookie", ""))
    connection.close()
    return answer.status, text, said[1] if said else key


def logged_in(site: Site, email: str) -> str:
    """The key of a session that a one-time link began."""
    path = urlsplit(site.link(email)).path
    _status, page, key = ask(site, path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    status, _page, key = ask(site, path, key=key, form={"csrfmiddlewaretoken": token[1]})
    assert status == 303
    return key


def command(*words: str) -> dict[str, object]:
    found: dict[str, object] = run(("staff", *words, "--json"), dict(os.environ), ROOT).data
    return found


@pytest.mark.wire
@pytest.mark.slow
def test_the_cookie_of_somebody_who_was_blocked_opens_nothing_any_more(alpha: TenantDB, tmp_path: Path) -> None:
    person = colleague(alpha, "editor")
    with serving(tmp_path) as site:
        key = logged_in(site, person.email)
        assert ask(site, "/t/alpha/", key=key)[0] == 200
        assert command("block", person.email)["blocked"] is True
        assert not Session.objects.filter(person_id=person.pk).exists()
        assert ask(site, "/t/alpha/", key=key)[0] == 302
        assert command("unblock", person.email)["blocked"] is False
        assert ask(site, "/t/alpha/", key=key)[0] == 302
        assert ask(site, "/t/alpha/", key=logged_in(site, person.email))[0] == 200

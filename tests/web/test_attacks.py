"""What somebody tries who must not succeed: with links, passwords, addresses, uploads and hostile texts."""

import logging
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from structlog.testing import capture_logs

from siegelpost.accounts import links
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Person
from siegelpost.accounts.services import give_role, make_operator, set_active
from siegelpost.base.actor import Actor
from siegelpost.flows import launch as launching
from siegelpost.flows.staff import let_in
from siegelpost.mailings.change import version_of
from siegelpost.mailings.models import Variant
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Tenant
from siegelpost.web.quiet import NoValues
from tests.delivery.support import CONTENT, a_list, draft
from tests.mailings.making import some_sender
from tests.web.crawl import crawl
from tests.web.furnished import furnish
from tests.web.visiting import NOON, Visitor, colleague, visitor

PASSWORD = "seven red envelopes, 7"
ELSEWHERE = ["//evil.example/x", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example", "///evil.example"]


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(client: Client, password: str = PASSWORD, email: str = "admin@staff.example", **options: Any) -> Any:
    return client.post("/login", {"login": email, "password": password}, **options)


def is_in(client: Client) -> bool:
    """Whether the password was taken; administrators get no further than to this page then."""
    return client.get("/account/second-factor").status_code == 200


def csrf_of(client: Client, path: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())
    assert found
    return found[1]


def test_a_link_dies_when_its_person_may_enter_more_than_its_maker(alpha: TenantDB, beta: TenantDB) -> None:
    person = colleague(alpha, "viewer")
    kept_back = one_time_link(person, "")
    give_role(person, beta.number, "admin", now=NOON)
    assert Visitor(None, alpha).post(kept_back).status_code == 404


def test_a_link_dies_when_its_person_becomes_an_operator(alpha: TenantDB) -> None:
    person = colleague(alpha, "viewer")
    kept_back = one_time_link(person, "")
    make_operator(person)
    assert Visitor(None, alpha).post(kept_back).status_code == 404


def test_a_link_dies_with_another_role_in_the_same_tenant(alpha: TenantDB) -> None:
    """Whoever made it for a viewer may be no administrator; kept back, it must not open what the viewer may do by then."""
    person = colleague(alpha, "viewer")
    kept_back = one_time_link(person, "")
    give_role(person, alpha.number, "admin", now=NOON)
    assert Visitor(None, alpha).post(kept_back).status_code == 404
    assert Visitor(None, alpha).post(one_time_link(person, "")).status_code == 303


def test_two_who_open_a_link_at_once_are_not_both_let_in(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    link = one_time_link(colleague(alpha, "viewer"), "")
    first, looked = Visitor(None, alpha), links.person_of

    def meanwhile(token: str) -> Person:
        found = looked(token)
        monkeypatch.setattr(links, "person_of", looked)
        assert first.post(link).status_code == 303
        return found

    monkeypatch.setattr(links, "person_of", meanwhile)
    assert Visitor(None, alpha).post(link).status_code == 404
    assert is_in(first)


def test_a_new_password_ends_all_other_sessions_and_links(alpha: TenantDB) -> None:
    person = colleague(alpha, "viewer")
    mine, other = Visitor(person, alpha), Visitor(person, alpha)
    link = one_time_link(Person.objects.get(pk=person.pk), "")
    assert is_in(other)
    mine.post("/account/password", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert is_in(mine) and not is_in(other)
    assert Visitor(None, alpha).post(link).status_code == 404


@pytest.mark.slow
def test_wrong_passwords_count_together_whatever_name_the_server_is_called_by(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha)
    for attempt in range(8):
        log_in(client, "no", headers={"Host": f"name{attempt}.example"}, REMOTE_ADDR=f"192.0.2.{attempt}")
    log_in(client, REMOTE_ADDR="192.0.2.99")
    assert not is_in(client)


@pytest.mark.slow
def test_wrong_passwords_are_not_forgotten_because_strangers_try_many_addresses(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha)
    for attempt in range(5):
        log_in(client, "no", REMOTE_ADDR=f"192.0.2.{attempt}")
    for number in range(400):  # what as many attempts at other addresses, from a few networks, leave behind
        cache.set(f"{number:x}-other", [0.0], 300)
        cache.set(f"zzz-{number:x}-other", [0.0], 300)
    log_in(client, REMOTE_ADDR="192.0.2.99")
    assert not is_in(client)


@pytest.mark.slow
def test_somebody_behind_the_proxy_is_counted_by_their_own_address(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    stranger = Visitor(None, alpha)
    for attempt in range(12):
        log_in(stranger, "no", email=f"x{attempt}@x.example", headers={"X-Forwarded-For": "203.0.113.7"})
    client = Visitor(None, alpha)
    log_in(client, headers={"X-Forwarded-For": "198.51.100.4"})
    assert is_in(client)


@pytest.mark.slow
def test_an_invented_way_through_proxies_hides_nobody(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    for invented in ({}, {"X-Forwarded-For": "{}, 203.0.113.7"}):
        client = Visitor(None, alpha)
        for attempt in range(12):
            heads = {name: value.format(f"10.0.0.{attempt}") for name, value in invented.items()}
            log_in(client, "no", email=f"x{attempt}@x.example", headers=heads, REMOTE_ADDR="127.0.0.1" if heads else "203.0.113.9")
        log_in(
            client, headers={"X-Forwarded-For": "203.0.113.7"} if invented else {}, REMOTE_ADDR="127.0.0.1" if invented else "203.0.113.9"
        )
        assert not is_in(client)


@pytest.mark.slow
def test_whoever_is_reached_without_a_proxy_cannot_choose_an_address(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha)
    for attempt in range(12):
        log_in(client, "no", email=f"x{attempt}@x.example", headers={"X-Forwarded-For": f"10.0.0.{attempt}"}, REMOTE_ADDR="203.0.113.9")
    log_in(client, headers={"X-Forwarded-For": "10.9.9.9"}, REMOTE_ADDR="203.0.113.9")
    assert not is_in(client)


def test_the_login_does_not_tell_who_works_here(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    colleague(alpha, "viewer")
    said = set()
    for email in ("admin@staff.example", "viewer@staff.example", "x@x.example"):
        page = log_in(Visitor(None, alpha), "no", email=email).content.decode().replace(email, "")
        said.add(re.sub(r'value="\w{64}"|X-CSRFToken": "\w+', "", page))
    assert len(said) == 1


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_address_leads_out_of_the_pages(alpha: TenantDB, where: str) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha)
    parts = client.get("/t/alpha/", headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{where}"}).headers["HX-Redirect"]
    checked = Visitor(None, alpha, enforce_csrf_checks=True)
    typed = checked.post("/t/alpha/lists/new", headers={"Referer": f"http://testserver{where}"}).headers["location"]
    for login in (parts, typed, f"/login?next={where}"):
        answer = client.post(login, {"login": "admin@staff.example", "password": PASSWORD})
        assert (
            answer.headers["location"].startswith("/")
            and "evil" not in answer.headers["location"].split("/")[1] + answer.headers["location"][1:2]
        )
        assert not answer.headers["location"].startswith(("//", "/\\"))
        client.logout()
    client.force_login(Person.objects.get(), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get(f"/login?next={where}").headers["location"] == "/"
    assert client.post("/language", {"language": "de", "back": where}).headers["location"] == "/"


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/language", "/account", "/account/password", "/t/alpha/lists/new", "/t/alpha/staff/new"]
)
def test_no_other_site_sends_a_form_for_somebody(alpha: TenantDB, path: str) -> None:
    person = with_password(colleague(alpha, "admin"))
    client = Visitor(person, alpha, enforce_csrf_checks=True)
    assert client.post(path, {"name": "x", "language": "de", "login": person.email, "password": PASSWORD}).status_code == 403
    token = csrf_of(client, "/account")
    assert client.post(path, {"csrfmiddlewaretoken": token}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert is_in(client)


def test_a_link_is_opened_by_no_other_site(alpha: TenantDB) -> None:
    link = one_time_link(colleague(alpha, "viewer"), "")
    client = Visitor(None, alpha, enforce_csrf_checks=True)
    client.post(link)
    assert not is_in(client) and client.get(link).status_code == 200


def test_forms_work_behind_a_proxy_that_speaks_https(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha, enforce_csrf_checks=True)
    ours = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    sent = {"login": "admin@staff.example", "password": PASSWORD, "csrfmiddlewaretoken": csrf_of(client, "/login")}
    assert settings.CSRF_TRUSTED_ORIGINS == ["http://localhost:8000"]
    assert client.post("/login", sent, headers={**ours, "Host": "127.0.0.1:8000"}).status_code == 302


def test_a_session_that_was_put_on_somebody_is_not_the_one_they_work_in(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    client = Visitor(None, alpha)
    client.get("/login")
    before = client.cookies["staff"].value
    log_in(client)
    assert client.cookies["staff"].value != before
    planted = Visitor(None, alpha)
    planted.cookies["staff"] = before
    assert not is_in(planted)


def test_a_link_opened_in_the_session_of_another_person_leaves_nothing_of_that_session(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    before = client.cookies["staff"].value
    client.post(one_time_link(colleague(alpha, "viewer"), ""))
    client.see("settings", status=403)
    planted = Visitor(None, alpha)
    planted.cookies["staff"] = before
    assert not is_in(planted)


def test_after_the_logout_the_session_is_worth_nothing(alpha: TenantDB) -> None:
    client = visitor(alpha)
    kept = client.cookies["staff"].value
    client.post("/logout")
    client.cookies["staff"] = kept
    assert not is_in(client)


def big(path: str, client: Client) -> Any:
    file = BytesIO(b"x" * 9_000_000)
    file.name = "people.csv"
    return client.post(path, {"file": file, "csrfmiddlewaretoken": csrf_of(client, "/login" if not is_in(client) else "/account")})


@pytest.mark.parametrize("path, status", [("/login", 413), ("/language", 413), ("/t/alpha/imports/new", 303)])
def test_a_stranger_fills_no_disk(alpha: TenantDB, path: str, status: int) -> None:
    client = Visitor(None, alpha, enforce_csrf_checks=True)
    assert big(path, client).status_code == status
    assert not (home().root / "uploads").exists()


@pytest.mark.parametrize("path", ["/account", "/t/alpha/lists/new"])
def test_only_the_page_that_asks_for_a_file_gets_a_large_one(alpha: TenantDB, path: str) -> None:
    client = Visitor(colleague(alpha, "editor"), alpha, enforce_csrf_checks=True)
    assert big(path, client).status_code == 413
    assert not (home().root / "uploads").exists()


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.wire
def test_no_name_runs_on_any_page(alpha: TenantDB) -> None:
    furnish(alpha)
    client = visitor(alpha, "operator")
    client.send("folders/new", {"name": HOSTILE})
    client.send("fields/new", {"name": HOSTILE, "alias": "hostile", "kind": "text", "purpose": HOSTILE})
    letter = client.send("lists/new", {"name": HOSTILE, "description": HOSTILE}).headers["location"].rpartition("/")[2]
    words = {"name": HOSTILE, "title": HOSTILE, "intro": HOSTILE, "button": HOSTILE[:40], "language": "en"}
    words["text"] = f"{HOSTILE} You can unsubscribe at any time."  # a declaration of consent that does not say so is refused
    client.send("forms/new", {**words, "lists": [letter], "fields_asked": ["hostile"], "active": "on"})
    fields = {"field-hostile": HOSTILE, "hostile": HOSTILE}
    someone = {"email": "'a&b'@example.org", "list": letter, "ground": HOSTILE, "source": HOSTILE, **fields}
    client.send("subscribers/new", someone)
    some_sender(alpha)
    client.send("staff/new", {"email": "x@staff.example", "name": HOSTILE, "role": "viewer"})
    quoted = HOSTILE.replace('"', '""')
    file = BytesIO(f'E-Mail;"{quoted}"\nann@example.org;"{quoted}"\n'.encode())
    file.name = "<img src=x onerror=alert(1)>.csv"
    client.send("imports/new", {"file": file})
    client.send("settings", {"name": HOSTILE, "imprint": HOSTILE, "language": "en", "version": version_in(client.see("settings"))})
    seen = crawl(client, "/t/alpha/")
    pages = [client.get(one.url) for one in seen.values()]
    more = ("forms/1/preview", "forms/2/preview", "imports", "fields", f"lists/{letter}", "subscribers", "subscribers/new")
    pages += [client.get(f"/t/alpha/{path}") for path in more]
    texts = [page.getvalue().decode() for page in pages if page.headers["Content-Type"].startswith("text/html")]
    assert not [text for text in texts if "<script>alert" in text or "<img src=x" in text]
    assert sum("&lt;script&gt;alert(1)" in text for text in texts) > 10


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.slow
def test_every_kind_of_answer_says_what_it_may_load_and_is_kept_by_nobody(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    client, stranger = visitor(alpha, "editor"), Visitor(None, alpha, enforce_csrf_checks=True)
    answers = {
        "page": client.get("/t/alpha/"), "login": stranger.get("/login"), "redirect": stranger.get("/t/alpha/"),
        "missing": client.get("/nowhere"), "no tenant": client.get("/t/beta/"), "forbidden": client.get("/t/alpha/staff"),
        "method": client.get("/language"), "no token": stranger.post("/login"), "link over": stranger.get("/link/1-x"),
        "too large": client.post("/account", "name=" + "x" * 9_000_000, content_type="application/x-www-form-urlencoded"),
        "alive": stranger.get("/healthz"), "part": stranger.get("/t/alpha/", headers={"HX-Request": "true"}),
    }  # fmt: skip

    def broken(*_parts: Any) -> None:
        raise ValueError("ann@example.org")

    monkeypatch.setattr("siegelpost.web.pages.lists.lists_of", broken)
    answers["our fault"] = client.get("/t/alpha/lists")
    assert answers["our fault"].status_code == 500 and b"ann@example.org" not in answers["our fault"].content
    for kind, answer in answers.items():
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy, kind
        assert "no-store" in answer.headers["Cache-Control"] and answer.headers["X-Content-Type-Options"] == "nosniff", kind
        assert answer.headers["X-Frame-Options"] == "DENY", kind


@pytest.mark.slow
def test_only_as_many_fields_as_a_form_has_are_read(alpha: TenantDB) -> None:
    answer = visitor(alpha).post("/t/alpha/imports/new", {f"f{number}": "" for number in range(1_500)})
    assert answer.status_code == 400
    many = {f"f{number}": ContentFile(b"x", name="x") for number in range(150)}
    assert visitor(alpha).post("/t/alpha/imports/new", many).status_code == 400


def test_a_blocked_person_gets_in_by_no_way(alpha: TenantDB) -> None:
    with_password(colleague(alpha, "admin"))
    set_active("admin@staff.example", active=False, now=NOON)
    client = Visitor(None, alpha)
    log_in(client)
    assert not is_in(client)


@pytest.mark.parametrize("path", ["", "/link", "/away"])
def test_an_operator_who_looks_at_a_tenant_of_others_is_refused(alpha: TenantDB, path: str) -> None:
    make_foreign(alpha)
    person = colleague(alpha, "viewer")
    client = visitor(alpha, "operator")
    assert client.get("/").content.count(b"/t/alpha/") == 0
    client.see(status=403)
    client.send(f"staff/{person.pk}{path}", {"role": "admin", "confirm": person.email}, status=403)
    page = visitor(alpha, "admin").see("staff")
    assert "operator@staff.example" not in page


def make_foreign(tenant: TenantDB) -> None:
    """As a tenant of a customer is: not the operator's own."""
    Tenant.objects.filter(slug=tenant.slug).update(own=False)


def test_a_page_that_fails_writes_no_values_into_the_log(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_parts: Any) -> None:
        raise ValueError("Key (email)=(ann@example.org) already exists")

    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(NoValues())
    monkeypatch.setattr("siegelpost.web.pages.lists.lists_of", broken)
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [handler])
    with capture_logs() as lines:
        visitor(alpha).see("lists", status=500)
    said = f"{written.getvalue()} {lines}"
    assert "ValueError" in said and "test_attacks.py" in said and "ann@" not in said


@pytest.mark.parametrize("name", ["mailing", "ensure_sendable", "freeze"])
def test_a_change_while_somebody_launches_is_not_sent_unseen(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    number = draft(alpha, a_list(alpha), content=CONTENT)
    client = visitor(alpha, "editor")
    seen = version_of(mailing(alpha, number))
    real, moment = getattr(launching, name), f"siegelpost.flows.launch.{name}"

    def meanwhile(*parts: Any, **named: Any) -> Any:
        monkeypatch.setattr(moment, real)
        found = real(*parts, **named) if name == "freeze" else None
        with alpha.atomic():
            alpha.objects(Variant).filter(mailing_id=number).update(subject="Not what was agreed")
        return found or real(*parts, **named)

    monkeypatch.setattr(moment, meanwhile)
    client.send(f"mailings/{number}/send", {"confirm": "yes", "version": seen})
    assert mailing(alpha, number).state == "draft"


@pytest.mark.touches_beta  # its own staff is let in
@pytest.mark.slow
def test_who_let_somebody_in_first_does_not_get_into_their_second_tenant(alpha: TenantDB, beta: TenantDB) -> None:
    """An administrator invites somebody of another tenant, uses the link, and keeps the password."""
    taken = colleague(alpha, "editor", email="boss@beta.example")
    taken.set_password("seven red envelopes, 7")
    taken.save()
    thief = Visitor(taken, alpha)
    assert thief.see()
    let_in(beta, taken.email, ["admin"], actor=Actor.operator(), now=NOON)  # what the command does
    assert thief.get("/t/beta/").status_code == thief.get("/t/alpha/").status_code == 302
    thief.post("/login", {"login": taken.email, "password": "seven red envelopes, 7"})
    assert thief.get("/t/beta/").status_code == 302


def test_who_becomes_operator_starts_without_the_password_of_before(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor", email="climber@staff.example")
    person.set_password("seven red envelopes, 7")
    person.save()
    before = Visitor(person, alpha)
    make_operator(person)
    assert before.get("/t/alpha/").status_code == 302

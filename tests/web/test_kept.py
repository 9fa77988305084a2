"""What the browser may forget: only what the server took in, and every form with text is kept until then."""

import re

import pytest

from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import some_sender
from tests.web.visiting import Visitor, colleague, visitor

MARK = "1-2-3-{}"


def about(page: str, name: str) -> str:
    """What <body data-kept-NAME> says."""
    found = re.search(rf'<body[^>]* data-kept-{name}="([^"]*)"', page)
    assert found, "this page says nothing of what is kept"
    return found[1]


@pytest.mark.slow
def test_what_was_taken_in_is_named_on_every_page_from_then_on(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("lists/new", {"name": "Letter", "kept": MARK.format(1)})
    for path in ("lists", "fields", "lists"):
        assert about(client.see(path), "taken") == MARK.format(1) and about(client.see(path), "answered") == ""


def test_what_is_refused_is_not_taken_in_and_comes_back_as_an_answer(alpha: TenantDB) -> None:
    client = visitor(alpha)
    page = client.send("lists/new", {"name": "", "kept": MARK.format(1)}, 422).content.decode()
    assert (about(page, "taken"), about(page, "answered")) == ("", MARK.format(1))
    assert about(client.see("lists"), "taken") == about(client.see("lists"), "answered") == ""


@pytest.mark.slow
def test_only_the_latest_sendings_are_named(alpha: TenantDB) -> None:
    client = visitor(alpha)
    for number in range(30):
        client.send("folders/new", {"name": f"F{number}", "kept": MARK.format(number)})
    assert about(client.see(), "taken").split() == [MARK.format(number) for number in range(10, 30)]


@pytest.mark.parametrize("mark", ["<script>", "1-2-3", '" onload="', "1-2-3-4 ", "x" * 10_000, "1-2-3-99999999999"])
def test_a_mark_that_is_none_stands_on_no_page(alpha: TenantDB, mark: str) -> None:
    client = visitor(alpha)
    assert about(client.send("lists/new", {"name": "", "kept": mark}, 422).content.decode(), "answered") == ""
    client.send("lists/new", {"name": "Letter", "kept": mark})
    assert about(client.see(), "taken") == ""


def test_a_page_names_its_reader_and_a_stranger_sees_nothing_of_it(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    assert about(Visitor(person, alpha).see(), "by") == str(person.pk)
    assert "data-kept" not in re.sub(r"<template.*?</template>", "", Visitor(None, alpha).get("/login").content.decode(), flags=re.DOTALL)


@pytest.mark.slow
def test_who_is_let_in_and_addresses_that_were_taken_in_part_are_not_asked_for_again(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    some_sender(alpha)
    client.send("staff/new", {"email": "new@staff.example", "role": "viewer", "kept": MARK.format(1)})
    page = client.see("staff")
    assert (about(page, "taken"), about(page, "answered")) == (MARK.format(1), "")
    pasted = {"kind": "blacklist", "source": "letter", "lines": "ann@example.org\nnobody", "kept": MARK.format(2)}
    page = client.send("suppression/add", pasted, 422).content.decode()
    assert about(page, "taken").split() == [MARK.format(1), MARK.format(2)] and "nobody" in page and "ann@example.org" not in page


@pytest.mark.parametrize(
    "path, above",
    [
        ("suppression/add", "suppression"), ("suppression/look-up", "suppression"), ("suppression/patterns", "suppression"),
        ("subscribers/bulk", "subscribers"), ("subscribers/7/fields", "subscribers/7"),
        ("staff/7/away", "staff/7"), ("staff/7/link", "staff/7"),
    ],
)  # fmt: skip
def test_who_comes_without_a_form_to_an_address_that_takes_one_is_led_to_its_page(alpha: TenantDB, path: str, above: str) -> None:
    client = visitor(alpha, "admin")
    assert client.get(client.start + path).headers["location"] == client.start + above
    assert client.put(client.start + path).status_code == 405


def test_the_page_of_the_password_is_the_account(alpha: TenantDB) -> None:
    assert visitor(alpha).get("/account/password").headers["location"] == "/account"
    assert visitor(alpha).get("/language").headers["location"] == "/"


@pytest.mark.parametrize("checks", [False, True])  # of the token: it is gone with the session, but not with a changed password
def test_who_is_logged_out_while_typing_comes_back_to_the_same_address(alpha: TenantDB, *, checks: bool) -> None:
    client = Visitor(colleague(alpha, "editor"), alpha, enforce_csrf_checks=checks)
    client.logout()
    answer = client.post(
        "/t/alpha/subscribers/new", {"email": "ann@example.org"}, headers={"Referer": "http://testserver/t/alpha/subscribers/new?list=1"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/t/alpha/subscribers/new%3Flist%3D1")

"""No page leaves somebody standing: who may lift a block, what a server answered, where the fault of a row is, how to get back."""

import re

import pytest

from siegelpost.consent.suppression import suppress
from siegelpost.consent.suppression import suppress_pattern as pattern
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.answer_words import answer
from tests.consent.people import key_of
from tests.web.furnished import furnish
from tests.web.mailing_pages import a_draft
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.uploading import MIXED, choices, letter, uploaded
from tests.web.visiting import NOON, visitor

LIFTED = {
    "complaint": "Stays: whoever complained",
    "optout": "Only the person can lift this",
    "blacklist": "Can be taken off the blacklist again",
    "retained": "Stays: mail to this address keeps coming back",
    "exclusion": "Stays: it came with an exclusion list",
}


def blocked(tenant: TenantDB, kind: str, *, list_id: int | None = None) -> int:
    """Somebody with one entry of this kind."""
    ann = a_person(tenant, "ann@example.org", a_list(tenant))
    with tenant.atomic():
        suppress(tenant, kind=kind, key=key_of(tenant, "ann@example.org"), source="staff", list_id=list_id, actor=STAFF, now=NOON)
    return ann


@pytest.mark.parametrize("kind", LIFTED)
def test_each_block_says_who_can_lift_it(alpha: TenantDB, kind: str) -> None:
    ann = blocked(alpha, kind)
    client = visitor(alpha)
    found = client.send("suppression/look-up", {"address": "ann@example.org"}, 200).content.decode()
    for page in (client.see(f"subscribers/{ann}"), found):
        assert LIFTED[kind] in page and "All lists" in page
        assert [words for one, words in LIFTED.items() if one != kind and words in page] == []


def test_a_pattern_says_where_it_can_be_removed(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", a_list(alpha))
    with alpha.atomic():
        pattern(alpha, pattern="%@example.org", source="staff", actor=STAFF, now=NOON)
    page = visitor(alpha).see(f"subscribers/{ann}")
    assert "Comes from a pattern" in page and f"subscribers/{ann}/blacklist" not in page


@pytest.mark.slow
def test_the_blacklist_is_offered_only_where_it_would_change_something(alpha: TenantDB) -> None:
    ann = a_person(alpha, "bo@example.org", a_list(alpha, "Other"))
    assert f"subscribers/{ann}/blacklist" in visitor(alpha).see(f"subscribers/{ann}")
    ann = blocked(alpha, "optout", list_id=1)
    assert f"subscribers/{ann}/blacklist" in visitor(alpha).see(f"subscribers/{ann}")
    with alpha.atomic():
        suppress(alpha, kind="optout", key=key_of(alpha, "ann@example.org"), source="page", actor=STAFF, now=NOON)
    assert f"subscribers/{ann}/blacklist" not in visitor(alpha).see(f"subscribers/{ann}")


def test_only_what_takes_something_away_has_a_red_button(alpha: TenantDB) -> None:
    ann = blocked(alpha, "blacklist")
    client = visitor(alpha)
    assert "btn-danger" not in client.see(f"subscribers/{ann}/lift")
    assert "btn-danger" in client.see(f"subscribers/{ann}/blacklist") and "btn-danger" in client.see(f"subscribers/{ann}/unsubscribe/1")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("250 2.0.0", "Accepted"),
        ("250", "Accepted"),
        ("550 5.1.1", "No such address"),
        ("452 4.2.2", "Mailbox full"),
        ("450 4.2.0", "The mailbox takes nothing at the moment"),
        ("554 5.7.1", "Refused because of us or the content"),
        ("552 5.3.4", "The message is too large"),
        ("451", "Put off"),
        ("550", "Refused"),
        ("554 5.9.9", "Refused"),
        ("552 5.2.2 full", "Mailbox full"),
        ("550 full", "Mailbox full"),
        ("554 soft", "Refused"),
        ("550 5.7.1 S3150", "Refused because of us or the content"),
        ("553 5.6.7", "The relay takes no addresses with umlauts"),
        ("held 550 5.7.26", "Not tried: its domain did not take others"),
        ("tls", "The relay has no TLS that can be trusted"),
        ("lost", "The connection broke"),
        ("999", ""),
        ("", ""),
        ("home.copied", ""),
    ],
)
def test_an_answer_is_said_in_words(code: str, words: str) -> None:
    assert answer(code) == words


@pytest.mark.slow
def test_recipients_and_people_show_the_words_before_the_code(alpha: TenantDB) -> None:
    number = furnish(alpha)
    client = visitor(alpha)
    page = client.see(f"mailings/{number}/recipients")
    assert re.search(r"Accepted <small[^>]*>250", page)
    person = re.search(r"/subscribers/(\d+)\"", client.see("subscribers?q=p00000"))
    assert person and re.search(r"Accepted <small[^>]*>250", client.see(f"subscribers/{person[1]}"))


def test_a_refused_row_shows_its_address_before_all_else(alpha: TenantDB) -> None:
    client = visitor(alpha)
    on = letter(alpha)
    text = "\n".join(";".join([*line.split(";")[1:], line.split(";")[0]]) for line in MIXED.splitlines())  # the address in the last column
    number = uploaded(client, text)
    moved = {"column-0": "first_name", "column-1": "last_name", "column-2": "", "column-3": "email"}
    client.send(f"imports/{number}/columns", {**choices(on), **moved})
    page = client.see(f"imports/{number}/sample")
    row = next(one for one in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if "kein Mensch" in one)
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
    assert (
        cells[0] == "4"
        and cells[1].startswith("kein Mensch")
        and "no e-mail address" in cells[1]
        and cells[2:] == ["Cara", "Muster", "K-3"]
    )


ASKING = {*((path, "editor") for path in ("subscribers", "lists", "imports", "forms")), ("mailings/", "admin")}


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("subscribers", "editor"),
        ("lists", "editor"),
        ("imports", "editor"),
        ("forms", "editor"),
        ("mailings/", "admin"),
        ("mailings/", "editor"),  # a sender is lacking, and editors add none
        ("mailings/", "viewer"),
    ],
)
def test_an_empty_page_asks_for_one_thing_only(alpha: TenantDB, path: str, role: str) -> None:
    if path == "forms":
        a_list(alpha)
    page = visitor(alpha, role).see(path)
    assert page.count('class="btn btn-primary"') == (1 if (path, role) in ASKING else 0)


@pytest.mark.parametrize("path", ["lists/new", "folders/new", "fields/new", "subscribers/new", "staff/new", "imports/new"])
def test_every_form_has_the_same_width_and_the_same_way_back(alpha: TenantDB, path: str) -> None:
    page = visitor(alpha, "admin").see(path)
    assert re.search(r'<form class="card page-narrow"', page)
    foot = re.search(r'<div class="card-footer form-end">(.*?)</div>', page, re.DOTALL)
    assert foot and re.match(
        r'<a class="btn btn-ghost-secondary" href="[^"]+">Cancel</a><button class="btn btn-primary" type="submit">', foot[1]
    )


def test_a_folder_is_asked_for_once_there_is_one(alpha: TenantDB) -> None:
    client = visitor(alpha)
    assert 'name="folder"' not in client.see("lists/new")
    client.send("folders/new", {"name": "Kept apart", "version": ""})
    assert 'name="folder"' in client.see("lists/new")


def test_the_sender_stands_first_and_has_room(alpha: TenantDB) -> None:
    page = visitor(alpha).see(f"mailings/{a_draft(alpha)}/edit")
    wide, narrow = page.split('<div class="col-lg-4">')
    assert 0 < wide.index('name="sender"') < wide.index('name="subject"') and 'name="sender"' not in narrow


def test_the_import_says_how_a_file_comes_out_of_excel(alpha: TenantDB) -> None:
    assert "CSV UTF-8" in visitor(alpha).see("imports/new")

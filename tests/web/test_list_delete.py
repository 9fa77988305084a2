"""The page on which a list is deleted, and the pages that name one which was."""

import re
from pathlib import Path

import pytest

from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.consent.forms import FormDraft, create_form
from siegelpost.consent.suppression import suppress
from siegelpost.evidence.reads import entries
from siegelpost.flows.delete_list import clear_lists, delete_list
from siegelpost.flows.steer import cancel
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.list_delete import NAMED
from tests.delivery.support import a_list as letter_of
from tests.delivery.support import draft, launched
from tests.intake.files import imported, written
from tests.web.mailing_pages import typed, version_in
from tests.web.townsfolk import HOSTILE, STAFF, a_list, a_person
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

MAY = ("admin", "operator")


def gone(tenant: TenantDB, list_id: int, name: str) -> None:
    """Deleted, and every trace of its memberships cleared."""
    delete_list(tenant, list_id, typed=name, actor=STAFF, now=clock.now())
    assert clear_lists(tenant, now=clock.now())


@pytest.mark.parametrize("role", ["viewer", "editor", *MAY])
def test_only_administrators_delete_lists(alpha: TenantDB, role: str) -> None:
    letter = a_list(alpha)
    client, path = visitor(alpha, role), f"lists/{letter}/delete"
    assert (path in client.see(f"lists/{letter}")) is (role in MAY)
    if role in MAY:
        assert "Delete “Letter”?" in client.see(path)
    else:
        client.see(path, 403)
        client.send(path, {"confirm": "Letter"}, 403)
        assert letter in list_names(alpha)


def test_the_page_says_whom_it_concerns_and_what_uses_the_list(alpha: TenantDB) -> None:
    letter, other = letter_of(alpha), letter_of(alpha, "Other")
    a_person(alpha, "ann@example.org", letter, other)
    a_person(alpha, "bob@example.org", letter)
    pair = FormDraft(name="Both lists", language="en", lists=[(letter, "Letter"), (other, "Other")])
    create_form(alpha, pair, actor=STAFF, now=clock.now())
    draft(alpha, letter, name="The draft of May")
    page = visitor(alpha, "admin").see(f"lists/{letter}/delete")
    assert page.count('<div class="figure-value">2</div>') == page.count('<div class="figure-value">1</div>') == 1
    for words in ("Both lists", "loses the list", "The draft of May", 'data-confirm-typed="Letter"'):
        assert words in page
    assert "cannot be deleted now" not in page


def test_of_many_mailings_those_on_their_way_are_named_and_the_rest_is_counted(alpha: TenantDB) -> None:
    letter = letter_of(alpha)
    for number in range(NAMED + 4):
        draft(alpha, letter, name=f"Draft {number:03}")
    launched(alpha, 1, name="On its way")
    page = visitor(alpha, "admin").see(f"lists/{letter}/delete")
    assert len(re.findall(r"Draft \d{3}", page)) == NAMED - 1
    assert "On its way" in page and "and 5 more" in page


def test_deleting_asks_for_the_name_and_a_second_click_finds_it_done(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    client, path = visitor(alpha, "admin"), f"lists/{letter}/delete"
    for word in ("", "letter"):
        assert "was not typed as it stands" in client.send(path, {"confirm": word}, 422).content.decode()
    assert letter in list_names(alpha)
    for words in ("The list “Letter” is deleted.", "was deleted already"):
        client.send(path, {"confirm": "Letter"})
        assert words in client.see("lists")
    for gone_path in (f"lists/{letter}", f"lists/{letter}/edit", path):
        client.see(gone_path, 404)
    assert len(entries(alpha, act="audience.list_deleted")) == 1


def test_what_stands_in_the_way_is_said_with_what_to_do(alpha: TenantDB) -> None:
    number = launched(alpha, 3, name="On its way")
    letter = letter_of(alpha)
    alone = FormDraft(name="Gazette", language="en", lists=[(letter, "Letter")])
    create_form(alpha, alone, actor=STAFF, now=clock.now())
    client, path = visitor(alpha, "admin"), f"lists/{letter}/delete"
    for page in (client.see(path), client.send(path, {"confirm": "Letter"}, 409).content.decode()):
        assert "cannot be deleted now" in page and "data-confirm-typed" not in page
        assert "“On its way”" in page and "“Gazette” leads to this list alone" in page and "Close the form" in page
    cancel(alpha, number, actor=STAFF, now=clock.now())
    page = client.see(path)
    assert "“On its way”" not in page and "“Gazette”" in page
    assert letter in list_names(alpha)


@pytest.mark.parametrize("number", [1, 999, 2**63])
def test_a_list_of_others_or_of_nobody_is_not_there(alpha: TenantDB, beta: TenantDB, number: int) -> None:
    client = visitor(alpha, "admin")
    client.see(f"lists/{number}/delete", 404)  # beta's list is 1, alpha has none
    client.send(f"lists/{number}/delete", {"confirm": "Beta-Brief"})
    assert "was deleted already" in client.see("lists")


def test_a_hostile_name_can_be_typed_and_runs_nowhere(alpha: TenantDB) -> None:
    name = HOSTILE.replace("\u202e", "")
    letter = a_list(alpha, name)
    client = visitor(alpha, "admin")
    assert "<script>alert" not in client.see(f"lists/{letter}/delete")
    client.send(f"lists/{letter}/delete", {"confirm": name})
    assert "<script>alert" not in client.see("lists") and letter not in list_names(alpha)


@pytest.mark.parametrize("language, name", [("en", "Letter (deleted)"), ("de", "Letter (gelöscht)")])
def test_pages_name_a_list_that_is_gone(alpha: TenantDB, tmp_path: Path, language: str, name: str) -> None:
    letter = letter_of(alpha)
    job = imported(alpha, written(tmp_path, "email\nann@example.org\n"), list_id=letter)
    number = launched(alpha, ["bob@example.org"])
    cancel(alpha, number, actor=STAFF, now=clock.now())
    waiting = draft(alpha, letter)
    ann = a_person(alpha, "ann@example.org")
    with alpha.atomic():
        key = address_key("ann@example.org", alpha.keys.addresses)
        suppress(alpha, kind="optout", key=key, list_id=letter, source="page", actor=STAFF, now=clock.now())
    gone(alpha, letter, "Letter")
    client = visitor(alpha, "admin", language)
    paths = ("mailings/", f"mailings/{waiting}/send", f"mailings/{number}/edit", "imports", f"imports/{job.id}", f"subscribers/{ann}")
    assert {path: name in client.see(path) for path in paths} == dict.fromkeys(paths, True)
    assert f"/t/alpha/lists/{letter}" not in client.see(f"subscribers/{ann}") + client.see(f"imports/{job.id}")
    assert client.see(f"mailings/{number}/report") and client.see(f"mailings/{number}/progress")
    assert name in client.send("suppression/look-up", {"address": "ann@example.org"}, 200).content.decode()


def test_a_draft_without_its_list_says_so_before_it_is_sent(alpha: TenantDB) -> None:
    letter, other = letter_of(alpha), letter_of(alpha, "Other")
    number = draft(alpha, letter, other)
    a_person(alpha, "ann@example.org", other)
    gone(alpha, letter, "Letter")
    client = visitor(alpha, "admin")
    page = client.see(f"mailings/{number}/send?counted=1")
    assert "goes to a list that was deleted: Letter" in page and 'name="confirm"' not in page
    version = version_in(client.see(f"mailings/{number}/edit"))
    client.send(f"mailings/{number}/edit", typed(alpha, lists=[other], version=version))
    page = client.see(f"mailings/{number}/send?counted=1")
    assert "was deleted" not in page and 'name="confirm"' in page

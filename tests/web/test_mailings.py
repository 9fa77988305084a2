"""The list of mailings, copies, and who may see which page of a mailing."""

import pytest

from siegelpost.mailings.browse import page_of_mailings
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, launched
from tests.mailings.making import some_mailing, some_sender
from tests.web.mailing_pages import HOSTILE, a_draft
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

PAGES = ("", "edit", "preview", "preview/document", "test", "send", "count", "progress", "progress/now", "recipients", "recipients.csv")
ACTS = ("edit", "test", "send", "copy", "pause", "resume", "cancel", "go-on")


def test_an_empty_list_says_what_comes_first(alpha: TenantDB) -> None:
    client = visitor(alpha)
    assert "Ask somebody who administers this tenant" in client.see("mailings/"), "editors add no senders"
    assert "First add the sender" in visitor(alpha, "admin").see("mailings/")
    some_sender(alpha)
    assert "First create a list" in client.see("mailings/")
    a_list(alpha)
    page = client.see("mailings/")
    assert "Write the first one" in page and "/mailings/new" in page
    assert "First add the sender" not in client.see("mailings/new")


def test_the_list_shows_states_numbers_and_copies(alpha: TenantDB) -> None:
    launched(alpha, 3, name="Spring")
    a_draft(alpha)
    page = visitor(alpha).see("mailings/")
    assert "Spring" in page and "Being sent" in page and "Draft" in page
    assert "0 / 3" in page


def test_it_is_searched_filtered_and_paged(alpha: TenantDB) -> None:
    for n in range(30):
        some_mailing(alpha, name=f"Mailing {n:02d}")
    client = visitor(alpha)
    assert "Mailing 29" in client.see("mailings/") and "Mailing 00" not in client.see("mailings/")
    assert "Mailing 00" in client.see("mailings/?page=2")
    found = client.see("mailings/?q=ing+07")
    assert "Mailing 07" in found and "Mailing 08" not in found
    assert "No mailing found" in client.see("mailings/?state=finished")
    assert "Mailing 29" in client.see("mailings/?state=nonsense&sort=nonsense&page=nonsense")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_subjects_are_shown_as_text(alpha: TenantDB, text: str) -> None:
    number = a_draft(alpha, subject=f"Subject {text}")
    client = visitor(alpha)
    for page in ("", f"{number}/edit", f"{number}/preview", f"{number}/test", f"{number}/send?counted=1"):
        seen = client.see(f"mailings/{page}")
        assert "<script>alert" not in seen and "<b>bold" not in seen


def test_a_mailing_leads_to_the_page_that_matters(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    started = launched(alpha, 1)
    assert visitor(alpha).get(f"/t/alpha/mailings/{number}/").headers["location"].endswith("/edit")
    assert visitor(alpha, "viewer").get(f"/t/alpha/mailings/{number}/").headers["location"].endswith("/preview")
    assert visitor(alpha).get(f"/t/alpha/mailings/{started}/").headers["location"].endswith("/progress")


def test_a_copy_is_a_draft_with_the_same_content(alpha: TenantDB) -> None:
    number = launched(alpha, 1, name="Spring")
    answer = visitor(alpha).send(f"mailings/{number}/copy")
    copied = int(answer.headers["location"].split("/")[-2])
    old, new = mailing(alpha, number), mailing(alpha, copied)
    assert (new.state, new.name, new.variants[0].source) == ("draft", "Copy of Spring", old.variants[0].source)


def test_a_copy_of_the_longest_name_works(alpha: TenantDB) -> None:
    number = some_mailing(alpha, name="x" * 200)
    visitor(alpha).send(f"mailings/{number}/copy")
    assert page_of_mailings(alpha)[1] == 2


def test_a_viewer_sees_and_changes_nothing(alpha: TenantDB) -> None:
    number = launched(alpha, 1)
    client = visitor(alpha, "viewer")
    for page in ("", "preview", "progress", "progress/now", "recipients"):
        assert client.get(f"/t/alpha/mailings/{number}/{page}").status_code in (200, 303)
    for page in ("edit", "test", "send", "count", "recipients.csv"):
        client.see(f"mailings/{number}/{page}", 403)
    for act in ACTS:
        client.send(f"mailings/{number}/{act}", status=403)
    client.see("mailings/new", 403)
    seen = client.see("mailings/") + client.see(f"mailings/{number}/progress") + client.see(f"mailings/{number}/preview")
    for word in ("/copy", "/pause", "/cancel", "New mailing", "recipients.csv", f"{number}/edit"):
        assert word not in seen


def test_what_is_not_there_is_not_found(alpha: TenantDB, beta: TenantDB) -> None:
    there = page_of_mailings(beta)[0][0].id
    client = visitor(alpha)
    for number in (there, 999):
        for page in PAGES:
            client.see(f"mailings/{number}/{page}", 404)
        for act in ACTS:
            client.send(f"mailings/{number}/{act}", {"confirm": "cancel"}, status=404)
    assert page_of_mailings(alpha)[0] == []


@pytest.mark.parametrize("role", ["editor", "admin", "operator"])
def test_those_who_write_may_open_all_pages_of_a_draft(alpha: TenantDB, role: str) -> None:
    number = a_draft(alpha)
    client = visitor(alpha, role)
    pages = ("edit", "preview", "preview/document", "test", "send", "count")
    assert {page: client.get(f"{client.start}mailings/{number}/{page}").status_code for page in pages} == dict.fromkeys(pages, 200)

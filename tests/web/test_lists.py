"""Lists and folders."""

import pytest

from siegelpost.audience.catalogue import folders_of
from siegelpost.audience.reads import list_by_id, lists_of
from siegelpost.audience.services import create_folder
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import HOSTILE, ROLES_THAT_MAY, STAFF, a_list, a_person
from tests.web.visiting import NOON, visitor


def test_a_tenant_without_lists_is_led_to_the_first(alpha: TenantDB) -> None:
    assert "Create the first list" in visitor(alpha).see("lists")
    assert "Create the first list" not in visitor(alpha, "viewer").see("lists")


def test_a_list_is_made_changed_and_moved(alpha: TenantDB) -> None:
    folder = create_folder(alpha, "News", actor=STAFF, now=NOON)
    client = visitor(alpha)
    answer = client.send("lists/new", {"name": " Letter ", "description": "Once a month", "folder": folder})
    item = lists_of(alpha)[0]
    assert answer.headers["location"] == f"/t/alpha/lists/{item.id}"
    assert (item.name, item.description, item.folder_id) == ("Letter", "Once a month", folder)
    client.send(f"lists/{item.id}/edit", {"name": "Journal", "description": "", "folder": "", "version": item.version})
    assert (list_by_id(alpha, item.id).name, list_by_id(alpha, item.id).folder_id) == ("Journal", None)
    assert "Journal" in client.see("lists") and "News" in client.see("lists")


@pytest.mark.parametrize("changes", [{"name": ""}, {"name": "Letter"}, {"name": "x" * 10_000}, {"name": "a\u202eb"}, {"folder": "999"}])
def test_what_cannot_be_is_said_at_its_field(alpha: TenantDB, changes: dict[str, str]) -> None:
    a_list(alpha, "Letter")
    page = visitor(alpha).send("lists/new", {"name": "Other", "folder": "", **changes}, 422).content.decode()
    assert page.count("invalid-feedback") == 1
    assert len(lists_of(alpha)) == 1


def test_the_second_click_makes_no_second_list(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("lists/new", {"name": "Letter"})
    client.send("lists/new", {"name": "Letter"}, 422)
    assert len(lists_of(alpha)) == 1


def test_the_page_of_a_list_has_its_figures(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    a_person(alpha, "ann@example.org", letter)
    page = visitor(alpha, "viewer").see(f"lists/{letter}")
    assert "Valid consents" in page and f"subscribers?list={letter}" in page and "data-chart" in page
    empty = a_list(alpha, "Empty")
    assert "Nobody is on this list yet" in visitor(alpha).see(f"lists/{empty}")


@pytest.mark.parametrize("number", [1, 999, 2**63])
def test_a_list_that_is_not_here_has_no_page(alpha: TenantDB, beta: TenantDB, number: int) -> None:
    client = visitor(alpha)
    paths = (f"lists/{number}", f"lists/{number}/edit", f"folders/{number}")  # beta's list is 1, alpha has none
    assert {path: client.get(client.start + path).status_code for path in paths} == dict.fromkeys(paths, 404)


@pytest.mark.slow
def test_folders_are_made_moved_and_deleted_when_empty(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("folders/new", {"name": "Top", "parent": ""})
    top = folders_of(alpha)[0].id
    client.send("folders/new", {"name": "Below", "parent": top})
    below = folders_of(alpha)[1].id
    assert f'<option value="{below}"' not in client.see(f"folders/{top}")  # not below itself
    client.send(f"folders/{top}", {"name": "Top", "parent": below}, 422)
    assert "Delete the folder" not in client.see(f"folders/{top}")
    client.send(f"folders/{top}/delete", status=422)
    client.send(f"folders/{below}", {"name": "Beside", "parent": "", "version": folders_of(alpha)[1].version})
    client.send(f"folders/{top}/delete")
    client.send(f"folders/{top}/delete")  # gone is what was wanted
    assert [one.path for one in folders_of(alpha)] == ["Beside"]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["viewer", *ROLES_THAT_MAY])
def test_roles_see_lists_and_change_them_only_with_the_right(alpha: TenantDB, role: str) -> None:
    letter, folder = a_list(alpha), create_folder(alpha, "News", actor=STAFF, now=NOON)
    client = visitor(alpha, role)
    may = role in ROLES_THAT_MAY
    for words, path in (("lists/new", "lists"), (f"folders/{folder}", "lists"), (f"lists/{letter}/edit", f"lists/{letter}")):
        assert (words in client.see(path)) is may
    if not may:
        for path in ("lists/new", f"lists/{letter}/edit", "folders/new", f"folders/{folder}"):
            client.see(path, 403)
            client.send(path, {}, 403)
        client.send(f"folders/{folder}/delete", {}, 403)


@pytest.mark.slow
def test_hostile_names_are_shown_as_text(alpha: TenantDB) -> None:
    client = visitor(alpha)
    name = HOSTILE.replace("\u202e", "")
    client.send("lists/new", {"name": name, "description": HOSTILE})
    client.send("folders/new", {"name": name})
    letter = lists_of(alpha)[0].id
    for path in ("lists", f"lists/{letter}", f"lists/{letter}/edit", "subscribers", "suppression"):
        assert "<script>alert" not in client.see(path)

"""Fields: what is kept and why."""

import pytest

from siegelpost.audience.reads import FieldView, fields_of
from siegelpost.audience.services import ensure_standard_fields
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import HOSTILE, ROLES_THAT_MAY, a_person
from tests.web.visiting import NOON, visitor

NEW = {"name": "Colour", "alias": "colour", "kind": "choice", "purpose": "To choose.", "options": "red\r\n\r\n blue "}


@pytest.fixture(autouse=True)
def _standard_fields(alpha: TenantDB) -> None:
    """Salutation, first name, last name: what every new tenant has."""
    ensure_standard_fields(alpha, NOON)


def colour(tenant: TenantDB) -> FieldView:
    return next(one for one in fields_of(tenant) if one.alias == "colour")


def test_fields_are_shown_as_templates_call_them(alpha: TenantDB) -> None:
    page = visitor(alpha, "viewer").see("fields")
    assert "{{ first_name }}" in page and "data-copy" in page


def test_a_field_is_made_and_changed(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("fields/new", NEW)
    assert colour(alpha).options == ("red", "blue")
    said = {"name": "Colours", "purpose": "Because.", "options": "red\ngreen", "version": colour(alpha).version}
    client.send(f"fields/{colour(alpha).id}", {**said, "alias": "other", "kind": "text"})
    found = colour(alpha)
    assert (found.name, found.purpose, found.options, found.kind) == ("Colours", "Because.", ("red", "green"), "choice")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "alias"), [("Kunden-Nr.", "kunden_nr"), ("E-Mail", "e_mail"), ("Email", "email_2"), ("名前", "field"), ("2. Größe", "groesse")]
)
def test_a_field_without_an_alias_gets_one_from_its_name(alpha: TenantDB, name: str, alias: str) -> None:
    visitor(alpha).send("fields/new", {**NEW, "name": name, "alias": ""})
    assert [one.name for one in fields_of(alpha) if one.alias == alias] == [name]


def test_a_second_field_of_the_same_name_gets_a_number(alpha: TenantDB) -> None:
    client = visitor(alpha)
    for name in ("Colour", "Colour!"):
        client.send("fields/new", {**NEW, "name": name, "alias": ""})
    assert [one.alias for one in fields_of(alpha) if one.name.startswith("Colour")] == ["colour", "colour_2"]


def test_an_option_that_somebody_has_stays(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("fields/new", NEW)
    a_person(alpha, "ann@example.org", colour="red")
    said = {"name": "Colour", "purpose": "Because.", "options": "blue", "version": colour(alpha).version}
    page = client.send(f"fields/{colour(alpha).id}", said, 422).content.decode()
    assert "an option that people have cannot be taken away" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"alias": "first_name"},
        {"alias": "With Space"},
        {"alias": "email"},
        {"kind": "colour"},
        {"kind": "text"},
        {"options": ""},
        {"options": "red\nRED"},
        {"purpose": ""},
        {"name": "x" * 10_000},
        {"name": "a\u202eb"},
    ],
)
def test_a_field_that_cannot_work_is_refused_with_the_reason(alpha: TenantDB, changes: dict[str, str]) -> None:
    page = visitor(alpha).send("fields/new", {**NEW, **changes}, 422).content.decode()
    assert page.count("invalid-feedback") + page.count("alert-danger") == 1
    assert len(fields_of(alpha)) == 3


def test_the_second_click_makes_no_second_field(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.send("fields/new", NEW)
    client.send("fields/new", NEW, 422)
    assert len(fields_of(alpha)) == 4


@pytest.mark.parametrize("number", [999, 2**63, 10**30])
def test_a_field_that_is_not_here_has_no_page(alpha: TenantDB, number: int) -> None:
    client = visitor(alpha)
    assert client.get(f"{client.start}fields/{number}").status_code == 404


@pytest.mark.parametrize("role", ["viewer", *ROLES_THAT_MAY])
def test_roles_see_fields_and_change_them_only_with_the_right(alpha: TenantDB, role: str) -> None:
    client = visitor(alpha, role)
    first = fields_of(alpha)[0].id
    assert ("fields/new" in client.see("fields")) is (role in ROLES_THAT_MAY)
    if role not in ROLES_THAT_MAY:
        for path in ("fields/new", f"fields/{first}"):
            client.see(path, 403)
            client.send(path, {}, 403)


def test_hostile_words_are_shown_as_text(alpha: TenantDB) -> None:
    client = visitor(alpha)
    words = HOSTILE.replace("\u202e", "")
    client.send("fields/new", {**NEW, "name": words[:80], "purpose": words, "options": words})
    ann = a_person(alpha, "ann@example.org", colour=words)
    for path in ("fields", f"fields/{colour(alpha).id}", f"subscribers/{ann}", "subscribers/new"):
        assert "<script>alert" not in client.see(path)

"""The pages about people: the table, one person, adding by hand, unsubscribing, two people at the same form."""

import re
from typing import Any

import pytest

from siegelpost.audience.fields import FieldSpec
from siegelpost.audience.models import Membership
from siegelpost.audience.reads import find_by_email, find_subscriber
from siegelpost.audience.services import create_field, ensure_standard_fields
from siegelpost.consent.reads import records_of
from siegelpost.consent.suppression import check, suppress
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import HOSTILE, ROLES_THAT_MAY, STAFF, a_list, a_person
from tests.web.visiting import NOON, Visitor, colleague, visitor

NEW = {"email": "New@Example.org", "ground": "written at the fair", "source": "fair 2026"}


@pytest.fixture(autouse=True)
def _standard_fields(alpha: TenantDB) -> None:
    """Salutation, first name, last name: what every new tenant has."""
    ensure_standard_fields(alpha, NOON)


def version_on(page: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found
    return found[1].replace("&#43;", "+").replace("&#x2B;", "+")


def form_of(page: str, **changes: str) -> dict[str, Any]:
    return {"version": version_on(page), "field_salutation": "", "field_first_name": "", "field_last_name": "", **changes}


def test_an_empty_tenant_leads_to_import_and_forms(alpha: TenantDB) -> None:
    page = visitor(alpha).see("subscribers")
    assert "No subscribers yet" in page and "/t/alpha/imports" in page and "/t/alpha/forms" in page
    assert "/t/alpha/imports" not in visitor(alpha, "viewer").see("subscribers")


@pytest.mark.slow
def test_the_table_shows_searches_and_filters(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    a_person(alpha, "ann@example.org", letter, first_name="Ann", last_name="Smith")
    a_person(alpha, "bob@example.org")
    client = visitor(alpha)
    page = client.see("subscribers")
    assert "ann@example.org" in page and "Ann Smith" in page and "1–2 of 2" in page and "Can be written to" in page
    assert "bob@example.org" not in client.see("subscribers?q=smi")
    assert "ann@example.org" not in client.see("subscribers?state=silent")
    assert "bob@example.org" not in client.see(f"subscribers?list={letter}&sort=-name")
    assert "Nobody found" in client.see("subscribers?q=zzz")
    assert "Nobody found" in client.see("subscribers?page=99999")


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%", "sort=password", "page=-1", "page=x", "list=999", "list=x", "state=x", "q=" + "ä" * 3000]
)
def test_a_mangled_address_of_the_table_is_answered(alpha: TenantDB, query: str) -> None:
    a_person(alpha, "ann@example.org")
    assert visitor(alpha).see(f"subscribers?{query}")


def test_the_page_of_a_person_says_what_was_agreed_to_the_second(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", a_list(alpha), first_name="Ann")
    page = visitor(alpha, "viewer").see(f"subscribers/{ann}")
    assert "2026-03-02 12:00:00 UTC" in page and "Double opt-in" in page and "sign-up form “letter”" in page and "Consent valid" in page
    assert "This address is not blocked." in page


@pytest.mark.parametrize("number", [1, 999, 2**63, 10**30])
def test_whoever_is_not_here_has_no_page(alpha: TenantDB, beta: TenantDB, number: int) -> None:
    client = visitor(alpha)
    paths = (f"subscribers/{number}", f"subscribers/{number}/blacklist")  # beta's first person is 1, and alpha has nobody
    assert {path: client.get(client.start + path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert client.post(f"{client.start}subscribers/{number}/fields").status_code == 404


@pytest.mark.slow
def test_fields_are_saved_and_written_down(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", first_name="Ann")
    client = visitor(alpha)
    sent = form_of(client.see(f"subscribers/{ann}"), field_first_name="  Anna   Maria ")
    client.send(f"subscribers/{ann}/fields", sent)
    assert "Saved." in client.see(f"subscribers/{ann}")
    client.send(f"subscribers/{ann}/fields", sent)  # the same form once more, by a double click or the back button
    person = find_subscriber(alpha, ann)
    assert person is not None and person.fields == {"first_name": "Anna Maria"}
    log = entries(alpha, act="audience.subscriber_changed")
    assert len(log) == 1 and log[0]["actor"].startswith("staff:")


@pytest.mark.slow
def test_two_people_at_the_same_form_never_overwrite_in_silence(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", first_name="Ann")
    one, two = visitor(alpha, "editor"), visitor(alpha, "admin")
    first, second = (form_of(client.see(f"subscribers/{ann}")) for client in (one, two))
    one.send(f"subscribers/{ann}/fields", {**first, "field_first_name": "Anna"})
    page = two.send(f"subscribers/{ann}/fields", {**second, "field_first_name": "Anne"}, 409).content.decode()
    assert "Somebody else has changed this meanwhile" in page and "Anna" in page and 'value="Anne"' in page
    person = find_subscriber(alpha, ann)
    assert person is not None and person.fields["first_name"] == "Anna"
    two.send(f"subscribers/{ann}/fields", form_of(page, field_first_name="Anne"))
    person = find_subscriber(alpha, ann)
    assert person is not None and person.fields["first_name"] == "Anne"


@pytest.mark.parametrize("version", ["", "yesterday", "9999-99-99", "0001-01-01T00:00:00+14:00"])
def test_a_damaged_version_counts_as_old(alpha: TenantDB, version: str) -> None:
    ann = a_person(alpha, "ann@example.org", first_name="Ann")
    visitor(alpha).send(f"subscribers/{ann}/fields", {"version": version, "field_first_name": "X"}, 409)
    person = find_subscriber(alpha, ann)
    assert person is not None and person.fields["first_name"] == "Ann"


@pytest.mark.slow
def test_each_kind_of_field_has_its_input_and_its_fault(alpha: TenantDB) -> None:
    for kind, options in (("number", ()), ("date", ()), ("boolean", ()), ("choice", ("red", "blue"))):
        spec = FieldSpec(name=kind.title(), alias=f"a_{kind}", kind=kind, purpose="To test.", options=options)
        create_field(alpha, spec, actor=STAFF, now=NOON)
    ann = a_person(alpha, "ann@example.org")
    client = visitor(alpha)
    page = client.see(f"subscribers/{ann}")
    assert 'type="date"' in page and 'inputmode="decimal"' in page and '<option value="blue">' in page
    good = {"field_a_number": "1.5", "field_a_date": "2026-12-31", "field_a_boolean": "0", "field_a_choice": "blue"}
    bad = {"field_a_number": "many", "field_a_date": "31/31/2026", "field_a_boolean": "maybe", "field_a_choice": "green"}
    answer = client.send(f"subscribers/{ann}/fields", form_of(page, **bad), 422).content.decode()
    assert answer.count("invalid-feedback") == 4 and "This is not a date." in answer and 'value="many"' in answer
    client.send(f"subscribers/{ann}/fields", form_of(page, **good))
    person = find_subscriber(alpha, ann)
    assert person is not None and person.fields == {"a_number": 1.5, "a_date": "2026-12-31", "a_boolean": False, "a_choice": "blue"}
    again = client.see(f"subscribers/{ann}")
    assert 'value="1.5"' in again and 'value="2026-12-31"' in again and '<option value="0" selected>' in again


@pytest.mark.slow
def test_a_german_writes_numbers_with_a_comma(alpha: TenantDB) -> None:
    create_field(alpha, FieldSpec(name="Zahl", alias="size", kind="number", purpose="Test."), actor=STAFF, now=NOON)
    ann = a_person(alpha, "ann@example.org")
    client = Visitor(colleague(alpha, "editor", "german@staff.example", "de"), alpha)
    client.send(f"subscribers/{ann}/fields", form_of(client.see(f"subscribers/{ann}"), field_size="1,5"))
    assert 'value="1,5"' in client.see(f"subscribers/{ann}")


@pytest.mark.slow
def test_hostile_text_is_shown_as_text_or_refused_at_its_field(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", a_list(alpha, "<b>&amp;"))
    client = visitor(alpha)
    client.send(f"subscribers/{ann}/fields", form_of(client.see(f"subscribers/{ann}"), field_first_name=HOSTILE))
    for page in (client.see(f"subscribers/{ann}"), client.see("subscribers"), client.see("subscribers?q=<script>")):
        assert "<script>alert" not in page and "<b>&amp;" not in page
    long = client.send(f"subscribers/{ann}/fields", form_of(client.see(f"subscribers/{ann}"), field_first_name="x" * 10_000), 422)
    assert b"invalid-feedback" in long.content


@pytest.mark.slow
@pytest.mark.parametrize("role", ["viewer", *ROLES_THAT_MAY])
def test_roles_see_all_and_change_only_with_the_right(alpha: TenantDB, role: str) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org", letter)
    client = visitor(alpha, role)
    may = role in ROLES_THAT_MAY
    table, profile = client.see("subscribers"), client.see(f"subscribers/{ann}")
    for words in ("data-bulk", "subscribers/new"):
        assert (words in table) is may
    for words in ("Put on the blacklist", "Unsubscribe…", 'name="version"'):
        assert (words in profile) is may
    if not may:
        for path in (
            "subscribers/new",
            f"subscribers/{ann}/blacklist",
            f"subscribers/{ann}/lift",
            f"subscribers/{ann}/unsubscribe/{letter}",
        ):
            client.see(path, 403)
            client.send(path, {}, 403)
        client.send(f"subscribers/{ann}/fields", {}, 403)
        client.send("subscribers/bulk", {}, 403)


@pytest.mark.slow
def test_unsubscribing_for_somebody_asks_first_and_is_remembered(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org", letter)
    client = visitor(alpha)
    path = f"subscribers/{ann}/unsubscribe/{letter}"
    assert "Unsubscribe from “Letter”?" in client.see(path)
    assert records_of(alpha, ann)[0].withdrawn_at is None
    client.send(path)
    client.send(path)  # the second click changes nothing
    record = records_of(alpha, ann)[0]
    assert record.withdrawn_how == "staff" and len(check(alpha, "ann@example.org")) == 1
    page = client.see(f"subscribers/{ann}")
    assert "not on the list" in page and "(the staff)" in page
    client.see(f"subscribers/{ann}/unsubscribe/999", 404)


def test_somebody_is_put_on_the_blacklist_and_taken_off(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", a_list(alpha))
    client = visitor(alpha)
    client.send(f"subscribers/{ann}/blacklist")
    client.send(f"subscribers/{ann}/blacklist")
    assert [one.source for one in check(alpha, "ann@example.org")] == ["staff"]
    assert "On the blacklist" in client.see(f"subscribers/{ann}")
    client.send(f"subscribers/{ann}/lift")
    client.send(f"subscribers/{ann}/lift")
    assert check(alpha, "ann@example.org") == []


@pytest.mark.slow
def test_somebody_is_added_with_ground_and_source(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    client = visitor(alpha)
    client.send("subscribers/new", {**NEW, "list": letter, "field_first_name": "New"})
    person = find_by_email(alpha, "new@example.org")
    assert person is not None and person.fields == {"first_name": "New"} and person.list_ids == {letter}
    record = records_of(alpha, person.id)[0]
    assert (record.ground, record.source) == ("written at the fair", "fair 2026")
    again = client.send("subscribers/new", {**NEW, "list": letter}, 422).content.decode()
    assert "This person is on the list already." in again
    other = a_list(alpha, "Other")
    client.send("subscribers/new", {**NEW, "list": other, "field_first_name": "Overwritten"})
    person = find_by_email(alpha, "new@example.org")
    assert person is not None and person.fields == {"first_name": "New"} and person.list_ids == {letter, other}


@pytest.mark.parametrize(
    "changes",
    [{"ground": ""}, {"source": " "}, {"list": ""}, {"list": "999"}, {"email": "nobody"}, {"email": HOSTILE}, {"ground": "x" * 10_000}],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(alpha: TenantDB, changes: dict[str, str]) -> None:
    letter = a_list(alpha)
    page = visitor(alpha).send("subscribers/new", {**NEW, "list": letter, **changes}, 422).content.decode()
    assert page.count("invalid-feedback") == 1 and "<script>alert" not in page
    assert find_by_email(alpha, "new@example.org") is None


def test_nobody_comes_back_by_the_hand_of_others(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org", letter)
    client = visitor(alpha)
    client.send(f"subscribers/{ann}/unsubscribe/{letter}")
    page = client.send("subscribers/new", {**NEW, "email": "ann@example.org", "list": letter}, 422).content.decode()
    assert "This address must not be written to." in page


@pytest.mark.parametrize("act, entries_left", [("unsubscribe", 1), ("take_off", 0)])
def test_several_are_taken_off_a_list_after_a_question(alpha: TenantDB, act: str, entries_left: int) -> None:
    letter = a_list(alpha)
    ann, bob, cleo = (a_person(alpha, f"{name}@example.org", letter) for name in ("ann", "bob", "cleo"))
    dan = a_person(alpha, "dan@example.org")
    client = visitor(alpha)
    chosen = {"person": [ann, bob, dan, 999], "list": letter, "act": act}
    page = client.send("subscribers/bulk", chosen, 200).content.decode()
    assert "ann@example.org" in page and "1 of the chosen people is not on this list" in page
    assert records_of(alpha, ann)[0].withdrawn_at is None
    for _twice in range(2):
        client.send("subscribers/bulk", {**chosen, "confirmed": "1"})
    for number, email in ((ann, "ann@example.org"), (bob, "bob@example.org")):
        person = find_subscriber(alpha, number)
        assert person is not None and not person.list_ids
        assert records_of(alpha, number)[0].withdrawn_how == "staff" and len(check(alpha, email)) == entries_left
    rest = find_subscriber(alpha, cleo)
    assert rest is not None and rest.list_ids == {letter} and check(alpha, "dan@example.org") == []


@pytest.mark.parametrize(
    "sent", [{}, {"act": "erase"}, {"act": "take_off", "list": "x"}, {"person": ["x"], "act": "take_off", "list": "1"}]
)
def test_a_choice_of_nothing_changes_nothing(alpha: TenantDB, sent: dict[str, Any]) -> None:
    client = visitor(alpha)
    client.send("subscribers/bulk", sent)
    assert "Choose people and a list first." in client.see("subscribers")


def test_a_list_that_is_not_here_takes_nobody_off(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org", letter)
    visitor(alpha).send("subscribers/bulk", {"person": [ann], "list": "999", "act": "take_off"}, 404)
    assert alpha.objects(Membership).filter(subscriber_id=ann, list_id=letter).count() == 1


def test_the_pages_speak_german(alpha: TenantDB) -> None:
    ann = a_person(alpha, "ann@example.org", a_list(alpha))
    with alpha.atomic():
        person = find_subscriber(alpha, ann)
        assert person is not None
        suppress(alpha, kind="complaint", key=person.key, source="arf", actor=STAFF, now=NOON)
    client = Visitor(colleague(alpha, "editor", "german@staff.example", "de"), alpha)
    for path in ("subscribers", f"subscribers/{ann}", "subscribers/new"):
        assert 'lang="de"' in client.see(path)

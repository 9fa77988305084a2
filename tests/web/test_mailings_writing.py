"""Writing mailings: templates to begin with, faults at their fields, checks with places, two people at once."""

import pytest

from siegelpost.mailings.browse import page_of_mailings
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.starters import starter
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, launched
from tests.mailings.making import some_sender
from tests.web.mailing_pages import a_draft, faults_in, subject_of, typed, version_in
from tests.web.visiting import Visitor, colleague, visitor


@pytest.fixture
def ready(alpha: TenantDB) -> TenantDB:
    some_sender(alpha)
    a_list(alpha)
    return alpha


@pytest.mark.slow
@pytest.mark.parametrize("format", ["mjml", "html", "md", "txt"])
def test_a_new_mailing_begins_with_a_template_that_passes_all_checks(ready: TenantDB, format: str) -> None:
    client = visitor(ready)
    page = client.see(f"mailings/new/{format}")
    assert "{{ imprint }}" in page and "{{ unsubscribe_url }}" in page
    answer = client.send(f"mailings/new/{format}", typed(ready, format=format, source=starter(format, ready.language)))
    saved = client.get(answer.headers["location"]).content.decode()
    assert "All checks passed." in saved


def test_an_unknown_format_leads_back_to_the_choice(ready: TenantDB) -> None:
    assert visitor(ready).get("/t/alpha/mailings/new/docx").headers["location"].endswith("/mailings/new")


@pytest.mark.parametrize(
    "field, value",
    [
        ("subject", "Hello\r\nBcc: all@example.org"),
        ("subject", "Hello\x00"),
        ("subject", "=?utf-8?b?SGk=?="),
        ("subject", "turned \u202e around"),
        ("subject", ""),
        ("subject", "x" * 10_000),
        ("preheader", "a\x07b"),
        ("name", "a\nb"),
        ("name", "x" * 201),
        ("reply_to", "nobody"),
        ("reply_to", "a@example.org\nBcc: b@example.org"),
        ("sender", "999"),
        ("sender", "x"),
        ("lists", []),
        ("lists", ["999"]),
        ("measure", "personalised"),
        ("measure", ""),
        ("format", "docx"),
        ("source", ""),
        ("source", "a\x00b"),
        ("source", "x" * 1_000_001),
        ("text_source", "a\x00b"),
        ("allowed_hosts", "https://images.example.org/x"),
    ],
)
def test_what_cannot_be_stored_is_said_at_its_field(ready: TenantDB, field: str, value: object) -> None:
    answer = visitor(ready).post("/t/alpha/mailings/new/txt", typed(ready, **{field: value}))
    assert answer.status_code == 422
    assert faults_in(answer.content.decode()) == [field]
    assert page_of_mailings(ready)[1] == 0


def test_what_was_typed_is_still_there_after_a_fault(ready: TenantDB) -> None:
    page = visitor(ready).post("/t/alpha/mailings/new/txt", typed(ready, subject="", source="my own words")).content.decode()
    assert "my own words" in page and "is-invalid" in page


def test_findings_stand_with_their_lines(alpha: TenantDB) -> None:
    number = a_draft(alpha, source="Hi\n{{ frist_name }}\n{{ unsubscribe_url }}")
    page = visitor(alpha).see(f"mailings/{number}/edit")
    assert 'data-editor-line="2"' in page and "frist_name" in page
    assert "has no imprint" in page


@pytest.mark.slow
def test_a_draft_is_saved_and_shown_as_saved(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client = visitor(alpha)
    version = version_in(client.see(f"mailings/{number}/edit"))
    client.send(f"mailings/{number}/edit", typed(alpha, subject="Second", version=version, allowed_hosts="b.example.org, A.example.org"))
    found = mailing(alpha, number)
    assert (found.variants[0].subject, found.allowed_hosts) == ("Second", ("a.example.org", "b.example.org"))
    assert "Saved." in client.see(f"mailings/{number}/edit")


@pytest.mark.slow
def test_of_two_people_the_second_sees_what_the_first_saved_and_keeps_what_was_typed(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    ann, bob = visitor(alpha), Visitor(colleague(alpha, "editor", "bob@staff.example"), alpha)
    seen_by_ann, seen_by_bob = (version_in(one.see(f"mailings/{number}/edit")) for one in (ann, bob))
    ann.send(f"mailings/{number}/edit", typed(alpha, subject="Ann's <subject>", source="Ann's words", version=seen_by_ann))

    answer = bob.send(
        f"mailings/{number}/edit", typed(alpha, subject="Bob's subject", source="Bob's words", version=seen_by_bob), status=409
    )
    page = answer.content.decode()
    assert subject_of(alpha, number) == "Ann's <subject>"
    for words in ("Ann&#x27;s &lt;subject&gt;", "Ann&#x27;s words", "Bob&#x27;s subject", "Bob&#x27;s words", "Save mine instead"):
        assert words in page

    bob.send(f"mailings/{number}/edit", typed(alpha, subject="Bob's subject", version=version_in(page)))
    assert subject_of(alpha, number) == "Bob's subject"


@pytest.mark.parametrize("version", ["", "0" * 32, "x" * 5000])
def test_a_version_that_was_made_up_overwrites_nothing(alpha: TenantDB, version: str) -> None:
    number = a_draft(alpha)
    visitor(alpha).send(f"mailings/{number}/edit", typed(alpha, subject="Second", version=version), status=409)
    assert subject_of(alpha, number) == "Hello {{ first_name }}"


@pytest.mark.slow
def test_saving_the_same_twice_is_no_conflict_with_oneself(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client = visitor(alpha)
    version = version_in(client.see(f"mailings/{number}/edit"))
    client.send(f"mailings/{number}/edit", typed(alpha, subject="Second", version=version))
    client.send(f"mailings/{number}/edit", typed(alpha, subject="Second", version=version))
    assert subject_of(alpha, number) == "Second"


@pytest.mark.slow
def test_a_launched_mailing_is_shown_and_not_changed(alpha: TenantDB) -> None:
    number = launched(alpha, 1)
    client = visitor(alpha)
    page = client.see(f"mailings/{number}/edit")
    assert "stays as it was sent" in page and 'id="mailing-form"' not in page
    answer = client.send(f"mailings/{number}/edit", typed(alpha, subject="Too late", source="my own words"), status=403)
    assert "my own words" in answer.content.decode()
    assert subject_of(alpha, number) == "Hello {{ first_name }}"


def test_the_plain_text_part_is_made_from_the_source(ready: TenantDB) -> None:
    client = visitor(ready)
    made = client.send("mailings/plain-text", {"format": "html", "source": "<h1>Hi</h1><p>{{ imprint }}</p>"}, status=200).content.decode()
    assert "Hi" in made and "{{ imprint }}" in made and "&lt;h1&gt;" not in made
    broken = client.send(
        "mailings/plain-text", {"format": "html", "source": "{% if %}", "text_source": "mine"}, status=200
    ).content.decode()
    assert "mine" in broken and "alert-danger" in broken
    assert client.send("mailings/plain-text", {}, status=200)

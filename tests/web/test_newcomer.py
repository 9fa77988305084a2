"""What somebody meets who sees the pages for the first time: their own language, the next step, words that explain themselves."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.models import Person
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.templatetags.web import address
from tests.web.mailing_pages import a_draft
from tests.web.townsfolk import a_list
from tests.web.visiting import Visitor, colleague, visitor


def test_the_first_login_keeps_the_language_that_the_browser_asked_for(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor", language="en")
    client = Visitor(None, alpha)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    client.post(one_time_link(person, ""))
    assert Person.objects.get(pk=person.pk).language == "de"
    assert "Weiter zum Überblick" in client.get("/account").content.decode()


def test_a_later_login_leaves_the_language_that_somebody_chose(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor", language="en")
    Visitor(None, alpha).post(one_time_link(person, ""))
    again = Visitor(None, alpha)
    again.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    again.post(one_time_link(Person.objects.get(pk=person.pk), ""))
    assert Person.objects.get(pk=person.pk).language == "en"


def test_what_is_said_after_a_change_of_language_is_said_in_the_new_one(alpha: TenantDB) -> None:
    client = visitor(alpha)
    client.post("/account", {"name": "Mara", "language": "de"})
    page = client.get("/account").content.decode()
    assert "Gespeichert." in page and "Saved." not in page


def test_the_first_steps_lead_to_the_forms_themselves_and_the_next_one_is_a_button(alpha: TenantDB) -> None:
    page = visitor(alpha, "admin").see()
    button = re.findall(r'<a class="btn btn-primary" href="([^"]+)"', page)
    assert button == ["/t/alpha/senders/new"]
    for path in ("lists/new", "imports/new", "mailings/new"):
        assert f'href="/t/alpha/{path}"' in page, path


def test_an_import_that_begins_at_a_list_goes_to_that_list(alpha: TenantDB) -> None:
    a_list(alpha, "First")
    second = a_list(alpha, "Second")
    client = visitor(alpha)
    begin = f"imports/new?list={second}"
    assert f'href="/t/alpha/{begin}"' in client.see(f"lists/{second}")
    answer = client.send(begin, {"file": SimpleUploadedFile("people.csv", b"email\nann@example.org\n")})
    page = client.get(answer.headers["location"]).content.decode()
    assert re.search(rf'<option value="{second}" selected', page)


def test_a_sign_up_form_takes_the_only_list(alpha: TenantDB) -> None:
    a_list(alpha, "Letter")
    assert re.search(r'name="lists"[^>]*checked', visitor(alpha).see("forms/new"))


def test_an_address_is_shown_in_its_own_letters() -> None:
    shown = address("jo@xn--bcher-kva.example")
    assert "jo<wbr>@bücher.example" in shown and 'title="jo@xn--bcher-kva.example"' in shown
    assert "jo<wbr>@xn--a.example" in address("jo@xn--a.example")  # no such label: as it stands


def test_each_placeholder_of_the_editor_says_what_it_becomes(alpha: TenantDB) -> None:
    page = visitor(alpha).see(f"mailings/{a_draft(alpha)}/edit")
    for words in ("address of the recipient", "link to unsubscribe", "own settings", "read it in the browser", "your imprint"):
        assert words in page, words

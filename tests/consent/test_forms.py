"""Sign-up forms: names, wording, the confirmation mail."""

from typing import Any

import pytest

from siegelpost.consent.confirmation_mail import write_confirmation
from siegelpost.consent.forms import FormDraft, FormExists, FormUnknown, FormWrong, create_form, find_form, offered_lists, slug_of
from siegelpost.consent.models import Form
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import NOON, OPERATOR, a_list


def make(tenant: TenantDB, **changes: Any) -> str:
    lists = [(a_list(tenant, f"Brief {len(offered_lists(tenant))}"), "Brief")]
    draft = FormDraft(**{"name": "Unser Brief", "language": "de", "lists": lists} | changes)
    return create_form(tenant, draft, actor=OPERATOR, now=NOON).slug


NAMES = [
    ("Unser Brief!", "unser-brief"),
    ("  Ärger & Spaß ", "aerger-spass"),
    ("../../etc", "etc"),
    ("☃", ""),
    ("x" * 99, "x" * 40),
    ("a-" * 30, ("a-" * 20)[:-1]),
]
MAILS = [
    ("de", "Bitte bestätigen Sie Ihre Anmeldung", "Anmeldung bestätigen"),
    ("en", "Please confirm your sign-up", "Confirm sign-up"),
]


@pytest.mark.parametrize("name, slug", NAMES)
def test_names_become_addresses_that_are_safe(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_our_own_wording_names_the_tenant_and_the_lists(alpha: TenantDB) -> None:
    german, english = find_form(alpha, make(alpha)), find_form(alpha, make(alpha, name="Two", language="en"))
    assert german.text.startswith("Ich möchte von Alpha GmbH E-Mails zu Folgendem erhalten: Brief.")
    assert english.text.startswith("I would like to receive e-mails from Alpha GmbH about the following: Brief.")


def test_a_wording_of_the_tenants_own_is_kept_to_the_letter(alpha: TenantDB) -> None:
    assert find_form(alpha, make(alpha, text="Ja,\n bitte. Widerruf jederzeit ")).text == "Ja,\n bitte. Widerruf jederzeit "


@pytest.mark.parametrize("changes", [{"name": ""}, {"name": "☃"}, {"name": "x" * 121}, {"name": "a\nb"}, {"lists": []}])
def test_a_form_without_name_or_list_is_refused(alpha: TenantDB, changes: dict[str, Any]) -> None:
    with pytest.raises(FormWrong):
        make(alpha, **changes)
    assert not alpha.objects(Form).exists()


def test_two_forms_cannot_share_an_address(alpha: TenantDB) -> None:
    make(alpha)
    with pytest.raises(FormExists):
        make(alpha, title="again")
    assert alpha.objects(Form).count() == 1


def test_a_form_that_was_switched_off_is_not_found_and_offers_nothing(alpha: TenantDB) -> None:
    slug = make(alpha)
    assert len(offered_lists(alpha)) == 1
    with alpha.atomic():
        alpha.objects(Form).update(active=False)
    with pytest.raises(FormUnknown):
        find_form(alpha, slug)
    assert offered_lists(alpha) == frozenset()


@pytest.mark.parametrize("slug", ["", "nope", "x" * 10_000, "a\x00b", "../x"])
def test_unknown_forms_are_unknown_whatever_their_name(alpha: TenantDB, slug: str) -> None:
    with pytest.raises(FormUnknown):
        find_form(alpha, slug)


@pytest.mark.parametrize("language, subject, button", MAILS)
def test_the_confirmation_mail_asks_and_does_nothing_else(alpha: TenantDB, language: str, subject: str, button: str) -> None:
    url = "https://mail.example.org/s/TOKEN"
    mail = write_confirmation(alpha, url=url, text="<b>Ja</b> & Amen", text_language="de", language=language)
    assert mail.subject == f"{subject}: Alpha GmbH"
    assert button in mail.html
    assert "<b>Ja</b> & Amen" in mail.text
    assert "&lt;b&gt;Ja&lt;/b&gt; &amp; Amen" in mail.html
    for part in (mail.text, mail.html):
        assert url in part
        assert f"{url}?not-me" in part
        assert "Musterweg 1" in part
        assert "<img" not in part
    assert mail.html.count("https://") == mail.html.count(url)

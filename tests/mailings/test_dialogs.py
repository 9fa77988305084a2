"""Dialog mailings of a tenant: saved as versions, active or paused, and what went out knows its version."""

from dataclasses import replace

import pytest

from siegelpost.audience.services import ensure_standard_fields
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.rules import BLACKLIST
from siegelpost.consent.suppression import suppress
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.reads import entries
from siegelpost.flows.dialog import Addressee, Went, answer_act, went_out
from siegelpost.flows.dialog_preview import send_dialog_test, show_letter
from siegelpost.flows.test_mail import AddressSuppressed
from siegelpost.mailings.dialog_errors import DialogLacks, DialogLanguageMissing, DialogNameWrong, DialogStale, DialogUnknown
from siegelpost.mailings.dialog_rules import FAREWELL, WELCOME, Words
from siegelpost.mailings.dialogs import DialogDraft, create_dialog, dialog, going_out, save_dialog, switch_dialog, versions_of
from siegelpost.mailings.models import DialogMailing
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, WHO

GERMAN = Words("Willkommen bei {{ tenant }}", "Hallo {{ first_name }} [ab]({{ unsubscribe_url }}) {{ imprint }}")
ENGLISH = Words("Welcome to {{ tenant }}", "Hello {{ first_name }} [out]({{ unsubscribe_url }}) {{ imprint }}")
DRAFT = DialogDraft(name="Hallo", format="md", words={"de": GERMAN, "en": ENGLISH})
VALUES = {"tenant": "Alpha", "first_name": "<b>Zoë</b>\r\nBcc: x@example.org", "unsubscribe_url": "https://a.test/u/1", "imprint": "Weg 1"}


@pytest.fixture(autouse=True)
def _fields(alpha: TenantDB) -> None:
    ensure_standard_fields(alpha, NOON)


def made(tenant: TenantDB, draft: DialogDraft = DRAFT, *, active: bool = True) -> int:
    number = create_dialog(tenant, WELCOME, draft, actor=WHO, now=NOON)
    if active:
        switch_dialog(tenant, number, True, actor=WHO, now=NOON)
    return number


def answer(tenant: TenantDB, number: int | None, language: str = "de", act: str = WELCOME) -> int | None:
    return answer_act(tenant, number, act, Addressee("zoe@example.org", language), VALUES, actor=WHO, now=NOON)


def test_each_save_is_a_version_and_what_went_out_keeps_its_own(alpha: TenantDB) -> None:
    number = made(alpha)
    first = answer(alpha, number)
    assert save_dialog(alpha, number, DRAFT, version=1, actor=WHO, now=NOON) == 1, "the same words are no new version"
    changed = replace(DRAFT, words={"de": Words("Neu", GERMAN.source)})
    assert save_dialog(alpha, number, changed, version=1, actor=WHO, now=NOON) == 2
    second, third = answer(alpha, number, "en"), answer(alpha, number)
    mails = {row.pk: row for row in alpha.objects(Outgoing).all()}
    newest, oldest = versions_of(alpha, number)
    assert [mails[one].subject for one in (first, second, third) if one] == ["Willkommen bei Alpha", "Neu", "Neu"]
    assert [mails[one].dialog_version for one in (first, second, third) if one] == [oldest.id, newest.id, newest.id]
    assert dict(oldest.words) == {"de": GERMAN, "en": ENGLISH}
    assert went_out(alpha, number) == {1: Went(1, 0, 1, 0), 2: Went(2, 0, 2, 0)}
    acts = [entry["act"] for entry in entries(alpha) if entry["act"].startswith("dialog.")]
    assert acts == ["dialog.saved", "dialog.saved", "dialog.activated", "dialog.created"]


def test_values_of_a_person_stay_words_on_one_line(alpha: TenantDB) -> None:
    subject = replace(DRAFT, words={"de": Words("Hallo {{ first_name }}", GERMAN.source)})
    answer(alpha, made(alpha, subject))
    (mail,) = alpha.objects(Outgoing).all()
    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert "<b>Zoë" not in mail.html and "&lt;b&gt;Zoë" in mail.html


def test_what_is_paused_unknown_or_for_another_act_sends_nothing(alpha: TenantDB) -> None:
    number = made(alpha, active=False)
    assert [answer(alpha, one) for one in (number, None, 99)] == [None, None, None]
    switch_dialog(alpha, number, True, actor=WHO, now=NOON)
    assert answer(alpha, number, act=FAREWELL) is None and going_out(alpha, number, FAREWELL) is None
    assert answer(alpha, number) is not None


def test_the_mail_and_the_act_happen_together_or_not_at_all(alpha: TenantDB) -> None:
    number = made(alpha)

    def crash() -> None:
        with alpha.atomic():
            answer(alpha, number)
            raise OSError("the power went")

    with pytest.raises(OSError):
        crash()
    assert not alpha.objects(Outgoing).exists()


REFUSED: list[tuple[DialogDraft, type[SiegelpostError]]] = [
    (replace(DRAFT, name=""), DialogNameWrong),
    (replace(DRAFT, name="a\nb"), DialogNameWrong),
    (replace(DRAFT, words={"en": ENGLISH}), DialogLanguageMissing),
    (replace(DRAFT, words={"de": GERMAN, "en": Words("Hi", "{{ imprint }}")}), DialogLacks),
]


@pytest.mark.parametrize("draft, error", REFUSED)
def test_what_must_not_go_out_is_never_stored(alpha: TenantDB, draft: DialogDraft, error: type[SiegelpostError]) -> None:
    with pytest.raises(error):
        made(alpha, draft)
    number = made(alpha)
    with pytest.raises(error):
        save_dialog(alpha, number, draft, version=1, actor=WHO, now=NOON)
    assert alpha.objects(DialogMailing).count() == 1 and len(versions_of(alpha, number)) == 1


def test_two_writers_and_two_names_are_kept_apart(alpha: TenantDB) -> None:
    number = made(alpha)
    with pytest.raises(DialogNameWrong):
        made(alpha)
    with pytest.raises(DialogStale):
        save_dialog(alpha, number, DRAFT, version=7, actor=WHO, now=NOON)
    for unknown in (0, 99, 2**70):
        with pytest.raises(DialogUnknown):
            dialog(alpha, unknown)


def test_a_preview_and_a_test_mail_lead_nowhere(alpha: TenantDB) -> None:
    number = made(alpha, active=False)
    shown = show_letter(alpha, number, "en", public_url="https://a.test", today=NOON.date())
    assert shown.subject == "Welcome to Alpha GmbH" and "https://a.test/u/test" in shown.text
    send_dialog_test(alpha, number, "me@example.org", "de", public_url="https://a.test", actor=WHO, now=NOON)
    (mail,) = alpha.objects(Outgoing).all()
    assert (mail.kind, mail.dialog_version) == ("test", None) and mail.subject.startswith("[Test] Willkommen")
    with alpha.atomic():
        key = address_key("no@example.org", alpha.keys.addresses)
        suppress(alpha, kind=BLACKLIST, key=key, source="test", actor=WHO, now=NOON)
    with pytest.raises(AddressSuppressed):
        send_dialog_test(alpha, number, "no@example.org", "de", public_url="https://a.test", actor=WHO, now=NOON)

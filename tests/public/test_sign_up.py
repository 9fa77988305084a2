"""`/f/TENANT/FORM`: a stranger asks, the owner of the address is asked, nobody else learns anything."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from siegelpost.base import clock
from siegelpost.consent import sign_ups
from siegelpost.consent.reads import records_of
from siegelpost.consent.rules import BLACKLIST, COMPLAINT, EXCLUSION, OPTOUT, RETAINED
from siegelpost.consent.suppression import reason_for, suppress, suppress_pattern
from siegelpost.consent.suppression_import import SuppressionFile, import_entries
from siegelpost.sign.addresses import address_key
from siegelpost.sign.tokens import make_token
from tests.consent.ecg import bring
from tests.public.world import FORM, NOW, OPERATOR, World, browser, fill_in, stamp_of, text

ZOE = "zoe@example.com"
SAME_PAGE = "Please look into your mailbox"


def test_the_form_says_what_one_agrees_to_and_ticks_nothing(world: World) -> None:
    answer = browser("de").get(FORM)
    assert "Ich möchte von Alpha GmbH E-Mails zu Folgendem erhalten: News." in text(answer)
    assert b"checked" not in answer.content
    assert answer.status_code == 200


def test_a_sign_up_waits_apart_and_the_owner_is_asked_by_mail(world: World) -> None:
    answer = fill_in(browser("de"), **{"field-first_name": "Zoë", "field-last_name": ""})
    assert "Bitte sehen Sie in Ihr Postfach" in text(answer)
    (pending,) = world.pending()
    assert (pending.email, pending.fields, pending.list_ids) == (ZOE, {"first_name": "Zoë"}, [world.news])
    assert pending.snapshot["box_ticked_by_person"] is True
    assert pending.snapshot["page"].endswith(FORM)
    (mail,) = world.mails()
    assert (mail.kind, mail.to, mail.subject) == ("confirmation", ZOE, "Bitte bestätigen Sie Ihre Anmeldung: Alpha GmbH")
    assert world.sign_up_link(pending.id) in mail.text
    assert f"{world.sign_up_link(pending.id)}?not-me" in mail.html
    assert "Musterweg 1" in mail.text


def test_nothing_that_was_typed_is_mailed_to_somebody_else(world: World) -> None:
    fill_in(browser(), **{"field-first_name": "WIN https://evil.example/"})
    (mail,) = world.mails()
    assert "evil" not in mail.text + mail.html + mail.subject


def test_an_address_is_normalised(world: World) -> None:
    fill_in(browser(), email="  Zoe@BÜCHER.example ")
    assert world.pending()[0].email == "Zoe@xn--bcher-kva.example"


def test_a_test_system_says_that_it_takes_nobody_real(world: World) -> None:
    answer = fill_in(browser(), email="zoe" + "@somewhere.zzz")
    assert "it takes made-up addresses only" in text(answer)
    assert (world.pending(), world.mails()) == ([], [])


def suppressed(world: World, kind: str) -> None:
    with world.tenant.atomic():
        suppress(world.tenant, kind=kind, key=address_key(ZOE, world.tenant.keys.addresses), source="test", actor=OPERATOR, now=NOW)


REASONS = ["complaint", "blacklist", "pattern", "blocked", "member", "listed", "trap", "no stamp", "forged stamp", "other form"]


@pytest.mark.parametrize("reason", REASONS)
def test_who_may_not_be_asked_gets_the_same_page_and_nothing_happens(world: World, reason: str) -> None:
    client, more = browser(), dict[str, str]()
    expected = text(fill_in(browser(), email="new@example.com"))
    match reason:
        case "complaint" | "blacklist":
            suppressed(world, {"complaint": COMPLAINT, "blacklist": BLACKLIST}[reason])
        case "pattern":
            with world.tenant.atomic():
                suppress_pattern(world.tenant, pattern="zo%@example.com", source="test", actor=OPERATOR, now=NOW)
        case "blocked":
            sign_ups.block(world.tenant, address_key(ZOE, world.tenant.keys.addresses), now=clock.now())
        case "member":
            world.person(ZOE)
        case "listed":
            bring(world.tenant, ZOE)
        case "trap":
            more = {"website": "https://spam.example/"}
        case "no stamp":
            more = {"stamp": ""}
        case "forged stamp":
            more = {"stamp": "A" * 40}
        case "other form":
            more = {"stamp": make_token("f", world.tenant.number, (world.form.id + 1, 2**32), world.tenant.keys.tokens)}
    answer = fill_in(client, **more)
    assert answer.status_code == 200
    assert text(answer) == expected
    assert [pending.email for pending in world.pending()] == ["new@example.com"]
    assert [mail.to for mail in world.mails()] == ["new@example.com"]


def test_whoever_opted_out_may_come_back(world: World) -> None:
    suppressed(world, OPTOUT)
    fill_in(browser())
    assert len(world.mails()) == 1


@pytest.mark.parametrize("everything", [True, False])
def test_whoever_stands_in_an_imported_opt_out_file_may_come_back_and_agrees_anew(world: World, everything: bool) -> None:
    person = world.person(ZOE)
    file = SuppressionFile(kind=OPTOUT, source="old system", list_id=None if everything else world.news)
    import_entries(world.tenant, [ZOE], file, actor=OPERATOR, now=NOW)
    assert 'value="' + str(world.news) + '" checked' not in browser().get(world.link("p", person)).content.decode()

    fill_in(browser())
    (pending,) = world.pending()
    for _twice in range(2):
        assert browser().post(world.sign_up_link(pending.id)).status_code == 200

    assert reason_for(world.tenant, ZOE, world.news) == ""
    old, new = records_of(world.tenant, person)
    assert (old.ground, old.withdrawn_how, new.ground, new.withdrawn_at) == ("import", "opt-out", "double_opt_in", None)


@pytest.mark.parametrize("reason", [BLACKLIST, RETAINED, EXCLUSION, "pattern"])
def test_an_opt_out_does_not_open_the_door_for_another_reason(world: World, reason: str) -> None:
    suppressed(world, OPTOUT)
    if reason == "pattern":
        with world.tenant.atomic():
            suppress_pattern(world.tenant, pattern="zo%@example.com", source="test", actor=OPERATOR, now=NOW)
    else:
        suppressed(world, reason)
    assert SAME_PAGE in text(fill_in(browser()))
    assert (world.pending(), world.mails()) == ([], [])


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", "a@b@c.example", "x" * 10_000, "a\r\nBcc: b@example.com", "a\x00@example.com"])
def test_what_is_no_address_is_said_beside_the_field(world: World, email: str) -> None:
    answer = fill_in(browser(), email=email)
    assert answer.status_code == 422
    assert b'aria-invalid="true" aria-describedby="email-fault"' in answer.content
    assert world.pending() == []


@pytest.mark.parametrize("bad", ["\r\n", *"\x00\t\n\x0b\x0c\r\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029\u202e"])
@pytest.mark.parametrize("shape", ["zoe{}@example.com", "zoe@example{}.com", "Zoe{}Bcc: b@example.com <zoe@example.com>"])
@pytest.mark.slow
def test_what_breaks_a_line_never_gets_into_an_address(world: World, shape: str, bad: str) -> None:
    answer = fill_in(browser(), email=shape.format(bad))
    kept = [pending.email for pending in world.pending()]
    assert (answer.status_code, kept) in ((422, []), (200, [ZOE]))  # refused, or read without it as from a word processor
    assert [mail.to for mail in world.mails()] == kept


def test_without_the_tick_nothing_happens_and_what_was_typed_stays(world: World) -> None:
    client = browser()
    answer = client.post(FORM, {"email": ZOE, "stamp": stamp_of(client.get(FORM)), "field-first_name": "Zoë"})
    assert answer.status_code == 422
    assert 'value="Zoë"' in answer.content.decode()
    assert "without your consent" in text(answer)
    assert world.mails() == []


EVIL = ["a\r\nBcc: b@example.com", "\x00\x01\x1b[31m", "<script>alert(1)</script>", "{{ 7 | times: 6 }}", '"><b>']


@pytest.mark.parametrize("name", ["field-first_name", "field-last_name"])
@pytest.mark.parametrize("value", EVIL)
def test_evil_values_stay_words_on_one_line(world: World, name: str, value: str) -> None:
    fill_in(browser(), **{name: value})
    (pending,) = world.pending()
    kept = pending.fields.get(name.removeprefix("field-"), "")
    assert kept.isprintable()
    answer = fill_in(browser(), email="", **{name: value})
    assert b"<script>" not in answer.content
    assert b'"><b>' not in answer.content


@pytest.mark.parametrize("name", ["field-first_name", "stamp", "website", "agreed", "field-unknown", "embedded"])
def test_ten_thousand_characters_in_any_field_are_survived(world: World, name: str) -> None:
    answer = fill_in(browser(), **{name: "x" * 10_000})
    assert answer.status_code in (200, 422)
    assert all(len(str(value)) <= 200 for pending in world.pending() for value in pending.fields.values())


def test_fields_that_the_form_does_not_have_are_not_read(world: World) -> None:
    fill_in(browser(), **{"field-salutation": "Frau", "list_ids": str(world.offers), "first_name": "x"})
    (pending,) = world.pending()
    assert pending.fields == {}
    assert pending.list_ids == [world.news]


def test_a_form_that_was_open_too_long_is_handed_out_again(world: World) -> None:
    client = browser()
    stamp = stamp_of(client.get(FORM))
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
        answer = client.post(FORM, {"email": ZOE, "agreed": "1", "stamp": stamp})
        assert "open for more than a day" in text(answer) and stamp_of(answer) != stamp
        assert world.mails() == []


def test_a_form_on_another_site_leads_to_ours_with_what_was_typed(world: World) -> None:
    client = browser()
    answer = client.post(FORM, {"embedded": "1", "email": ZOE, "field-first_name": "Zoë"}, headers={"origin": "https://shop.example"})
    assert answer.status_code == 200
    assert f'value="{ZOE}"' in answer.content.decode()
    assert "read what you agree to" in text(answer)
    assert world.mails() == []


@pytest.mark.parametrize("body", [b"\xff\xfe", b"email=%ff%00&agreed=1", b"&" * 2_000, b"a=1&" * 1_500])
def test_bodies_that_no_browser_sends_are_survived(world: World, body: bytes) -> None:
    answer = browser().post(FORM, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (200, 400, 422)
    assert world.mails() == []


def test_a_broken_multipart_body_is_refused_with_our_page(world: World) -> None:
    answer = browser().post(FORM, data=b"x", content_type="multipart/form-data")
    assert answer.status_code in (400, 422)


def test_files_that_strangers_send_are_never_stored(world: World) -> None:
    file = SimpleUploadedFile("big.bin", b"x" * 3_000_000)
    with override_settings(FILE_UPLOAD_TEMP_DIR="/nowhere"):  # where files of this size would be kept
        answer = browser().post(FORM, {"email": ZOE, "file": file})
    assert answer.status_code == 422
    assert world.mails() == []


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_but_ours(world: World) -> None:
    page = browser().get(FORM).content.decode()
    assert re.findall(r'(?:src|href)="(?!\?|/|data:,)', page) == []
    assert re.findall(r"<script[^>]*>", page) == re.findall(r'<script src="/static/form\.js\?v=[0-9a-f]{16}" defer>', page)
    assert "style=" not in page

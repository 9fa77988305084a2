"""Data handed to somebody outside: it opens with 7-Zip and the password alone, which is shown once and is nowhere afterwards."""

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pikepdf
import pyrage
import pytest
from django.db import Error as DatabaseError
from django.db import connections

from siegelpost.audience.addresses import MAX_ADDRESS
from siegelpost.audience.reads import lists_of
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Attachment, Outgoing
from siegelpost.delivery.outgoing import forget_sent
from siegelpost.evidence.reads import entries
from siegelpost.flows import hand_over as flow
from siegelpost.flows.disclosed import told_to
from siegelpost.flows.hand_over_rounds import remind
from siegelpost.flows.overview import concerns
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.governance.handover import errors, exceptions, rules
from siegelpost.governance.handover.models import Deviation, Encryption, HandOver, PasswordPath, Step, UnscannedRisk
from siegelpost.governance.handover.reads import hand_over, hand_overs, late_passwords
from siegelpost.governance.handover.rules import Way
from siegelpost.governance.handover.services import Content, record_path, sweep
from siegelpost.governance.instructions.errors import InstructionMissing
from siegelpost.governance.instructions.services import end
from siegelpost.mailings.errors import AddressRefused
from siegelpost.tenancy.handle import Store, TenantDB, control_store
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import record_installation
from tests.delivery.smtp_server import serving
from tests.delivery.support import launched, sending, until
from tests.governance.handing import CSV, NOW, ORDER, WHO, borne, deviating, encrypted, instructed, prepared, seven_zip, unpacked
from tests.governance.watching import seen
from tests.mailings.making import some_sender

LATER = NOW + timedelta(hours=1)
PHONE = Way(rules.PHONE, number="+49 30 1234567")


def dump(store: Store) -> str:
    """Each value of each row of a database."""
    connection = connections[store.alias]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [
                bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value) for row in cursor for value in row
            ]
    return "\n".join(found)


def folders() -> str:
    return "\n".join(path.read_bytes().decode("latin-1") for path in home().root.rglob("*") if path.is_file())


def sealed_files(tenant: TenantDB) -> list[Path]:
    return sorted((home().tenant(tenant.slug) / "handover").glob("*"))


def test_it_opens_with_7_zip_and_the_password_alone_and_no_name_in_it_tells_anything(alpha: TenantDB, tmp_path: Path) -> None:
    number, password = encrypted(alpha)
    file = flow.take(alpha, number, actor=WHO, now=LATER)
    archive = tmp_path / file.name
    archive.write_bytes(file.data)
    assert file.name == f"transfer-{number}.zip"
    listed = subprocess.run([seven_zip(), "l", "-slt", str(archive)], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "Path = data.zip" in listed and "AES-256" in listed and "kunden" not in listed and "Anna" not in listed
    assert unpacked(archive, "wrong-password", tmp_path / "wrong").returncode != 0
    assert unpacked(archive, password, tmp_path / "out").returncode == 0
    with zipfile.ZipFile(tmp_path / "out" / "data.zip") as inner:
        assert inner.namelist() == ["kunden.csv"] and inner.read("kunden.csv") == CSV


@pytest.mark.wire
def test_the_password_is_nowhere_not_in_the_databases_the_folder_the_mail_or_the_log(
    alpha: TenantDB, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    some_sender(alpha)
    now = clock.now()
    number, password = encrypted(alpha, now=now)
    before = home().tenant(alpha.slug) / "handover"
    assert "Anna" not in "".join(path.read_bytes().decode("latin-1") for path in before.glob("*"))
    flow.mail(alpha, number, text="Bitte bis Freitag.", actor=WHO, now=now)
    record_path(alpha, number, PHONE, to_whom="Frau Muster", went_at=now, actor=WHO, now=now)
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: alpha.objects(Outgoing).get().state == "sent", 20, "the mail is sent")
    message = message_from_bytes(server.accepted[0].message, policy=default)
    (attachment,) = message.iter_attachments()
    archive = tmp_path / str(attachment.get_filename())
    archive.write_bytes(cast("bytes", attachment.get_content()))
    assert unpacked(archive, password, tmp_path / "out").returncode == 0
    body = message.get_body()
    assert body is not None and "Bitte bis Freitag." in body.get_content() and message["To"] == "kanzlei@example.com"
    for word in ("kunden", "Vertrag", "Vorname", "Kanzlei", "csv"):
        assert word not in message["Subject"] + body.get_content() + archive.name
    said = capfd.readouterr()
    places = {
        "tenant": dump(alpha), "control": dump(control_store), "folder": folders(), "output": said.out + said.err,
        "mail": server.accepted[0].message.decode("latin-1") + body.get_content(),
    }  # fmt: skip
    first, second = password.split("-")[:2]
    assert [name for name, text in places.items() if password in text or f"{first}-{second}" in text or f"{first} {second}" in text] == []
    assert "kanzlei@example.com" in places["tenant"], "the dump sees what is there"


def test_the_password_is_shown_once(alpha: TenantDB) -> None:
    number, password = encrypted(alpha)
    with pytest.raises(errors.PasswordShown) as refused:
        flow.encrypt(alpha, number, actor=WHO, now=LATER)
    assert password not in refused.value.text() and refused.value.code == "handover.password_shown"
    assert alpha.objects(Encryption).count() == 1


def test_a_pdf_is_encrypted_as_a_pdf_with_its_title(alpha: TenantDB) -> None:
    made = io.BytesIO()
    with pikepdf.new() as plain, plain.open_metadata() as meta:
        plain.add_blank_page()
        meta["dc:title"] = "Kundenliste"
        plain.save(made)
    number, password = encrypted(alpha, data=made.getvalue(), name="kunden.pdf", format=rules.PDF)
    file = flow.take(alpha, number, actor=WHO, now=LATER)
    assert file.name.endswith(".pdf") and b"Kundenliste" not in file.data
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(file.data))
    with pikepdf.open(io.BytesIO(file.data), password=password) as opened:
        assert (opened.encryption.R, opened.encryption.bits, opened.encryption.stream_method.name) == (6, 256, "aesv3")


@pytest.mark.slow
@pytest.mark.sqlite  # whatever kept the file, its key takes ten seconds to make: that is what protects it
def test_age_opens_with_the_password(alpha: TenantDB) -> None:
    number, password = encrypted(alpha, format=rules.AGE)
    file = flow.take(alpha, number, actor=WHO, now=LATER)
    with zipfile.ZipFile(io.BytesIO(pyrage.passphrase.decrypt(file.data, password))) as inner:
        assert inner.read("kunden.csv") == CSV
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(file.data, "wrong")


@pytest.mark.parametrize("data", [CSV, b"%PDF-1.7 broken"])
def test_what_is_no_sound_pdf_is_not_encrypted_as_one_and_no_password_is_spent(alpha: TenantDB, data: bytes) -> None:
    with pytest.raises(errors.FormatUnusable):
        encrypted(alpha, data=data, format=rules.PDF)
    assert alpha.objects(Encryption).count() == 0


def test_the_file_is_taken_once_by_whoever_made_it_and_then_destroyed(alpha: TenantDB) -> None:
    number, _password = encrypted(alpha)
    with pytest.raises(errors.OthersFile):
        flow.take(alpha, number, actor=Actor.staff(7), now=LATER)
    assert [path.name for path in sealed_files(alpha)] == [f"{number}.finished.sealed", f"{number}.people.sealed"]
    file = flow.take(alpha, number, actor=WHO, now=LATER)
    found = hand_over(alpha, number, now=LATER)
    assert found.encryption and hashlib.sha256(file.data).hexdigest() == found.encryption.digest and found.state == rules.TAKEN
    assert sealed_files(alpha) == []
    with pytest.raises(errors.TakenAlready):
        flow.take(alpha, number, actor=WHO, now=LATER)
    with pytest.raises(errors.TakenAlready):
        flow.mail(alpha, number, actor=WHO, now=LATER)
    assert alpha.objects(Outgoing).count() == 0


def test_after_a_day_the_file_is_destroyed_and_the_link_says_so(alpha: TenantDB) -> None:
    number, _password = encrypted(alpha)
    in_time, late = NOW + timedelta(hours=23, minutes=59), NOW + timedelta(hours=24)
    assert sweep(alpha, home().tenant(alpha.slug), now=in_time) == 0 and len(sealed_files(alpha)) == 2
    with pytest.raises(errors.LinkExpired):
        flow.take(alpha, number, actor=WHO, now=late)
    assert sweep(alpha, home().tenant(alpha.slug), now=late) == 1 and sealed_files(alpha) == []
    assert sweep(alpha, home().tenant(alpha.slug), now=late) == 0
    assert hand_over(alpha, number, now=late).state == rules.EXPIRED and entries(alpha)[0]["act"] == "handover.destroyed"
    with pytest.raises(errors.LinkExpired):
        flow.mail(alpha, number, actor=WHO, now=late)


def test_what_waits_to_be_encrypted_goes_after_a_day_too(alpha: TenantDB) -> None:
    number = prepared(alpha)
    late = NOW + timedelta(days=1)
    with pytest.raises(errors.LinkExpired):
        flow.encrypt(alpha, number, actor=WHO, now=late)
    assert sweep(alpha, home().tenant(alpha.slug), now=late) == 1 and sealed_files(alpha) == []


def test_the_cover_of_the_mail_must_not_hold_the_password(alpha: TenantDB) -> None:
    some_sender(alpha)
    number, password = encrypted(alpha)
    for text in (password, f"Kennwort: {password.replace('-', ' ').upper()}!", password.replace("-", "\n")):
        with pytest.raises(errors.PasswordInText):
            flow.mail(alpha, number, text=text, actor=WHO, now=LATER)
    assert alpha.objects(Outgoing).count() == 0 and hand_over(alpha, number, now=LATER).state == rules.WAITING


def test_nothing_that_is_recorded_may_hold_the_password(alpha: TenantDB) -> None:
    number, password = encrypted(alpha)
    words = password.split("-")
    for way, who in (
        (Way(rules.LETTER), password[:120]),
        (Way(rules.LETTER, number=password), "Frau Muster"),
        (Way(rules.LETTER, number="-".join(words[:4])), "-".join(words[4:])),
        (Way(rules.LETTER, number="-".join(words[4:])), "-".join(words[:4])),
    ):
        with pytest.raises(errors.PasswordInText):
            record_path(alpha, number, way, to_whom=who, went_at=LATER, actor=WHO, now=LATER)
    assert alpha.objects(PasswordPath).count() == 0


def test_the_path_is_recorded_once_by_whom_and_when(alpha: TenantDB) -> None:
    number, _password = encrypted(alpha)
    record_path(alpha, number, PHONE, to_whom=" Frau  Muster ", went_at=LATER, actor=Actor.staff(3), now=LATER)
    found = hand_over(alpha, number, now=LATER).path
    assert found and (found.path, found.to_whom, found.actor, found.went_at) == ("phone", "Frau Muster", "staff:3", LATER)
    with pytest.raises(errors.PathRecorded):
        record_path(alpha, number, PHONE, to_whom="Herr Muster", went_at=LATER, actor=WHO, now=LATER)
    (said,) = entries(alpha, act="handover.password_path")
    assert said["details"] == {"path": "phone"} and said["actor"] == "staff:3"


@pytest.mark.parametrize(
    "way",
    [
        Way(rules.EMAIL, address="Kanzlei+x@example.com"),
        Way(rules.EMAIL, address="Kanzlei <kanzlei@example.com>"),
        Way(rules.PHONE, number="+49 30 7"),
        Way(rules.EMAIL),
        Way(rules.SMS),
    ],
)
def test_a_path_to_the_mailbox_of_the_file_or_to_another_number_is_refused(alpha: TenantDB, way: Way) -> None:
    number, _password = encrypted(alpha)
    with pytest.raises(errors.PathRefused):
        record_path(alpha, number, way, to_whom="Frau Muster", went_at=LATER, actor=WHO, now=LATER)
    assert alpha.objects(PasswordPath).count() == 0


@pytest.mark.parametrize("went_at", [NOW - timedelta(minutes=2), LATER + timedelta(seconds=1)])
def test_a_password_went_after_it_was_made_and_not_in_the_future(alpha: TenantDB, went_at: object) -> None:
    number, _password = encrypted(alpha)
    with pytest.raises(errors.NumberUnusable):
        record_path(alpha, number, PHONE, to_whom="Frau Muster", went_at=went_at, actor=WHO, now=LATER)  # type: ignore[arg-type]
    assert alpha.objects(PasswordPath).count() == 0


def test_whoever_forgets_the_path_is_reminded_once_after_a_day(alpha: TenantDB) -> None:
    some_sender(alpha)
    record_installation("0" * 32, "operator@example.org", now=NOW)
    number, _password = encrypted(alpha)
    flow.take(alpha, number, actor=WHO, now=LATER)
    late = NOW + timedelta(hours=24, seconds=1)
    assert late_passwords(alpha, now=NOW + timedelta(hours=24)) == [] and remind(alpha, now=LATER) == 0
    assert [one.id for one in late_passwords(alpha, now=late)] == [number]
    assert (remind(alpha, now=late), remind(alpha, now=late)) == (1, 0)
    mail = alpha.objects(Outgoing).get()
    assert mail.kind == "notice" and str(number) in mail.subject and "kanzlei" not in mail.text + mail.to
    assert [one.item for one in concerns(alpha, [], now=late) if one.kind == "password"] == [number]
    record_path(alpha, number, PHONE, to_whom="Frau Muster", went_at=LATER, actor=WHO, now=late)
    assert late_passwords(alpha, now=late) == []


@pytest.mark.parametrize(
    ("line", "text"),
    [("receiver", "=HYPERLINK(1)"), ("receiver", "a\r\nBcc: x@example.org"), ("receiver", "\x00"), ("purpose", ""), ("categories", "+1"),
     ("purpose", "x" * 501)],
)  # fmt: skip
def test_a_receiver_or_purpose_that_would_run_or_break_a_line_is_refused(alpha: TenantDB, line: str, text: str) -> None:
    with pytest.raises(errors.LineUnusable):
        prepared(alpha, **cast("dict[str, Any]", {line: text}))
    assert alpha.objects(HandOver).count() == 0 and sealed_files(alpha) == []


@pytest.mark.parametrize("change", [{"phone": "ruf mich an"}, {"records": -1}, {"phone": "=49123456"}])
def test_a_number_that_is_none_is_refused(alpha: TenantDB, change: dict[str, Any]) -> None:
    with pytest.raises(errors.NumberUnusable):
        prepared(alpha, **change)
    assert alpha.objects(HandOver).count() == 0


@pytest.mark.parametrize("address", ["no address", "a@example.org, b@example.org", "x" * MAX_ADDRESS + "@example.org"])
def test_an_address_that_is_none_is_refused(alpha: TenantDB, address: str) -> None:
    with pytest.raises(AddressRefused):
        prepared(alpha, email=address)
    assert alpha.objects(HandOver).count() == 0


def test_without_an_address_nothing_is_mailed(alpha: TenantDB) -> None:
    some_sender(alpha)
    number, _password = encrypted(alpha, email="")
    with pytest.raises(errors.AddressMissing):
        flow.mail(alpha, number, actor=WHO, now=LATER)
    assert hand_over(alpha, number, now=LATER).state == rules.WAITING


def test_the_log_has_hash_format_and_a_keyed_hash_of_the_receiver_and_nobody_in_clear(alpha: TenantDB, beta: TenantDB) -> None:
    number, _password = encrypted(alpha)
    flow.take(alpha, number, actor=WHO, now=LATER)
    record_path(alpha, number, PHONE, to_whom="Frau Muster", went_at=LATER, actor=WHO, now=LATER)
    said = [one for one in reversed(entries(alpha)) if one["act"].startswith("handover.") and one["subject"] == f"hand_over:{number}"]
    acts = [one["act"].partition(".")[2] for one in said]
    assert acts == ["prepared", "unscanned", "encrypted", "downloaded", "password_path"]
    assert said[0]["details"]["hash"] == hashlib.sha256(CSV).hexdigest() and len(said[0]["details"]["receiver"]) == 32
    found = hand_over(alpha, number, now=LATER).encryption
    assert found and said[2]["details"] == {"hash": found.digest, "size": found.size, "algorithm": "ZIP AES-256 (WinZip AE-2)"}
    assert [word for word in ("Muster", "kanzlei", "example.com", "1234567", "Vertrag") if word in str(said)] == []


def test_no_row_of_the_desk_can_be_changed(alpha: TenantDB) -> None:
    number, _password = encrypted(alpha)
    record_path(alpha, number, PHONE, to_whom="Frau Muster", went_at=LATER, actor=WHO, now=LATER)
    deviating(alpha, rules.UNENCRYPTED)
    refused = 0
    for model in (HandOver, Encryption, Step, PasswordPath, Deviation, UnscannedRisk):
        assert alpha.objects(model).exists()
        with pytest.raises(DatabaseError), alpha.atomic():
            alpha.objects(model).update(actor="somebody")
        refused += 1
    assert refused == 6


def test_without_a_deviation_no_file_leaves_in_clear(alpha: TenantDB) -> None:
    instructed(alpha)  # an instruction alone is not enough
    for change in ({"format": rules.PLAIN}, {"by_mail": True}):
        with pytest.raises(errors.DeviationMissing):
            prepared(alpha, **change)
    assert alpha.objects(HandOver).count() == 0


def test_a_deviation_lets_a_file_go_as_it_is_until_its_end(alpha: TenantDB) -> None:
    deviating(alpha, rules.UNENCRYPTED)
    number, password = encrypted(alpha, format=rules.PLAIN)
    other, _none = encrypted(alpha, format=rules.PLAIN)
    assert password == ""
    assert flow.take(alpha, number, actor=WHO, now=LATER).data == CSV
    assert not hand_over(alpha, number, now=NOW + timedelta(days=3)).password_open(NOW + timedelta(days=3))
    with pytest.raises(errors.DeviationMissing):
        flow.take(alpha, other, actor=WHO, now=NOW + timedelta(hours=13))  # midnight has passed, and its day with it
    assert hand_over(alpha, other, now=NOW).state == rules.WAITING


def test_a_deviation_ends_with_its_instruction(alpha: TenantDB) -> None:
    deviating(alpha, rules.BY_MAIL)
    number, _password = encrypted(alpha, by_mail=True)
    mailbox = Way(rules.EMAIL, address="kanzlei@example.com")
    end(alpha, exceptions.deviations(alpha, now=NOW)[0].instruction_id, actor=WHO, now=NOW)
    with pytest.raises(errors.PathRefused):
        record_path(alpha, number, mailbox, to_whom="Frau Muster", went_at=LATER, actor=WHO, now=LATER)
    with pytest.raises(errors.DeviationMissing):
        prepared(alpha, by_mail=True)


def test_a_deviation_lets_the_password_go_to_the_mailbox_and_only_that(alpha: TenantDB) -> None:
    deviating(alpha, rules.BY_MAIL)
    number, _password = encrypted(alpha, by_mail=True)
    record_path(alpha, number, Way(rules.EMAIL, address="kanzlei@example.com"), to_whom="Frau Muster", went_at=LATER, actor=WHO, now=LATER)
    assert hand_over(alpha, number, now=LATER).path is not None
    with pytest.raises(errors.DeviationMissing):
        prepared(alpha, format=rules.PLAIN)


def test_a_deviation_needs_instruction_acknowledged_risk_and_an_end_in_time(alpha: TenantDB) -> None:
    def ask(number: int, days: int, *, accepted: bool = True, weakness: str = rules.UNENCRYPTED) -> int:
        until_day = NOW.date() + timedelta(days=days)
        return exceptions.deviate(alpha, weakness, instruction_id=number, until=until_day, risk_accepted=accepted, actor=WHO, now=NOW)

    limited, endless = instructed(alpha, NOW.date() + timedelta(days=10)), instructed(alpha)
    refusals: tuple[tuple[type[Exception], Callable[[], int]], ...] = (
        (InstructionMissing, lambda: ask(99, 1)),
        (errors.RiskNotAccepted, lambda: ask(limited, 1, accepted=False)),
        (errors.EndWrong, lambda: ask(limited, 11)),
        (errors.EndWrong, lambda: ask(endless, 367)),
        (errors.EndWrong, lambda: ask(endless, -1)),
        (errors.DeviationMissing, lambda: ask(limited, 1, weakness="whatever")),
    )
    for refused, call in refusals:
        with pytest.raises(refused):
            call()
    assert exceptions.deviations(alpha, now=NOW) == []
    assert ask(limited, 10) and ask(endless, 366)
    assert [one.risk for one in exceptions.deviations(alpha, now=NOW)] == [rules.RISKS[rules.UNENCRYPTED]] * 2


def test_the_number_of_another_tenant_is_none_here(alpha: TenantDB, beta: TenantDB) -> None:
    number, _password = encrypted(alpha)
    for call in (
        lambda: flow.take(beta, number, actor=WHO, now=LATER),
        lambda: flow.encrypt(beta, number, actor=WHO, now=LATER),
        lambda: flow.mail(beta, number, actor=WHO, now=LATER),
        lambda: flow.take(alpha, 2**63, actor=WHO, now=LATER),
        lambda: flow.take(alpha, 0, actor=WHO, now=LATER),
    ):
        with pytest.raises(errors.HandOverUnknown):
            call()
    assert hand_over(alpha, number, now=LATER).state == rules.WAITING and hand_overs(beta, now=LATER) == []


def test_a_list_and_the_recipients_of_a_mailing_need_no_scan(alpha: TenantDB) -> None:
    mailing = launched(alpha, ["anna@example.org", "ben@example.org"])
    (wanted,) = lists_of(alpha)
    sources = []
    for content, count in (
        flow.list_content(alpha, wanted.id, actor=WHO),
        flow.mailing_content(alpha, mailing, actor=WHO),
    ):
        assert b"anna@example.org" in content.data and count == 2
        number = flow.prepare(alpha, replace(ORDER, records=count), content, actor=WHO, now=NOW)
        assert hand_over(alpha, number, now=NOW).state == rules.READY
        sources.append(hand_over(alpha, number, now=NOW).source)
    assert sources == [f"list:{wanted.id}", f"mailing:{mailing}"]


def test_a_mailed_file_is_forgotten_once_the_mail_is_done(alpha: TenantDB) -> None:
    some_sender(alpha)
    number, _password = encrypted(alpha)
    flow.mail(alpha, number, actor=WHO, now=LATER)
    assert sealed_files(alpha) == [] and forget_sent(alpha, now=LATER) == 0 and alpha.objects(Attachment).count() == 1
    with alpha.atomic():
        alpha.objects(Outgoing).update(state="sent")
    forget_sent(alpha, now=LATER)
    assert alpha.objects(Attachment).count() == 0 and alpha.objects(Outgoing).count() == 1


def test_an_empty_or_huge_text_of_a_mail_is_bounded(alpha: TenantDB) -> None:
    some_sender(alpha)
    number, _password = encrypted(alpha)
    with pytest.raises(errors.FileUnusable):
        flow.mail(alpha, number, text="x" * 2_001, actor=WHO, now=LATER)
    assert alpha.objects(Outgoing).count() == 0


def test_a_content_of_ours_that_grows_too_large_is_refused(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    launched(alpha, ["anna@example.org"])
    (wanted,) = lists_of(alpha)
    monkeypatch.setattr(rules, "FILE_LIMIT", 4)
    with pytest.raises(errors.FileUnusable):
        flow.list_content(alpha, wanted.id, actor=WHO)
    assert alpha.objects(HandOver).count() == 0


def test_the_name_of_an_upload_leads_nowhere(alpha: TenantDB, tmp_path: Path) -> None:
    number, password = encrypted(alpha, name="../../etc/pass\nwd.csv")
    archive = tmp_path / "a.zip"
    archive.write_bytes(flow.take(alpha, number, actor=WHO, now=LATER).data)
    unpacked(archive, password, tmp_path)
    with zipfile.ZipFile(tmp_path / "data.zip") as inner:
        assert inner.namelist() == ["passwd.csv"]
    assert Content("x", b"").source == "upload"


def test_the_register_of_outflows_says_to_whom_whose_data_went(alpha: TenantDB) -> None:
    some_sender(alpha)
    launched(alpha, ["ben@example.org"])
    (wanted,) = lists_of(alpha)
    content, count = flow.list_content(alpha, wanted.id, actor=WHO)
    ours = flow.prepare(alpha, replace(ORDER, records=count), content, actor=WHO, now=NOW)
    flow.encrypt(alpha, ours, actor=WHO, now=NOW)
    borne(alpha)
    theirs = flow.prepare(alpha, ORDER, flow.upload_content("kunden.csv", CSV), actor=WHO, now=NOW)
    flow.encrypt(alpha, theirs, actor=WHO, now=NOW)
    assert disclosures(alpha) == [], "nothing has left yet"
    flow.take(alpha, ours, actor=WHO, now=LATER)
    flow.mail(alpha, theirs, actor=WHO, now=LATER)
    mailed, taken = disclosures(alpha)
    assert (mailed.recipient, mailed.kind, mailed.channel, mailed.people) == (ORDER.receiver, "hand-over", "smtp", f"hand_over:{theirs}")
    assert (taken.records, taken.channel, taken.people) == (1, "page", f"list:{wanted.id}")
    lock = hand_over(alpha, ours, now=LATER).encryption
    assert lock and taken.digest == lock.digest and taken.purpose == "Abrechnung nach Vertrag 7 (E-Mail, Vorname)"

    def told(email: str) -> set[int]:
        return {one.one.id for one in told_to(alpha, email, actor=WHO, now=LATER).answers if one.how == "sure"}

    assert told("ben@example.org") == {taken.id} and told("anna@example.org") == {mailed.id} and told("eva@example.org") == set()
    assert seen("2.1-01", alpha, now=LATER).state == "green"

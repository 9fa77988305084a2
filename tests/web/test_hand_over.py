"""The exchange desk in the browser: prepare, encrypt with the password shown once, hand over, record its path; and who may not."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
import pyzipper
from django.core.files.uploadedfile import SimpleUploadedFile

from siegelpost.base import clock
from siegelpost.delivery.models import Outgoing
from siegelpost.flows import hand_over as flow
from siegelpost.governance.handover import exceptions, rules
from siegelpost.governance.handover.models import HandOver
from siegelpost.governance.handover.reads import hand_over
from siegelpost.governance.instructions.rules import TRANSFER
from siegelpost.governance.instructions.services import NewInstruction, record
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.governance.handing import CSV, ORDER, WHO
from tests.mailings.making import some_sender
from tests.web.visiting import Visitor, colleague, visitor

pytestmark = pytest.mark.slow

FACTS = {
    "source": "upload", "receiver": "Steuerkanzlei Muster", "email": "kanzlei@example.com", "phone": "+49 30 1234567",
    "purpose": "Vertrag 7", "categories": "E-Mail", "records": "1", "format": "zip",
}  # fmt: skip
PASSWORD = re.compile(r'<code id="password"[^>]*>([a-z-]+)</code>')


def borne(tenant: TenantDB) -> None:
    exceptions.accept_unscanned(tenant, reason="Kein Scanner", until=clock.now().date() + timedelta(days=2), actor=WHO, now=clock.now())


def upload(client: Visitor, data: bytes = CSV, name: str = "kunden.csv", status: int = 303, **changes: str) -> str:
    answer = client.send("hand-over/new", {**FACTS, **changes, "file": SimpleUploadedFile(name, data)}, status=status)
    return str(answer.headers.get("Location", "")).rpartition("/t/alpha/")[2] or answer.content.decode()


def test_from_the_empty_list_to_a_file_that_opens_and_a_recorded_path(alpha: TenantDB) -> None:
    borne(alpha)
    client = visitor(alpha, "admin")
    assert "Nothing was handed over yet" in client.see("hand-over")
    place = upload(client)
    assert "Encrypt and show the password" in client.see(place)
    shown = client.send(f"{place}/encrypt", status=200)
    found = PASSWORD.search(shown.content.decode())
    assert found and shown.headers["Cache-Control"] == "no-store"
    password = found[1]
    again = client.send(f"{place}/encrypt", status=409)
    assert password not in again.content.decode() and password not in client.see(place) and password not in client.see("hand-over")
    file = client.send(f"{place}/file", status=200)
    assert file.headers["Content-Disposition"] == 'attachment; filename="transfer-1.zip"' and file.headers["Cache-Control"] == "no-store"
    with pyzipper.AESZipFile(io.BytesIO(file.content)) as outer:
        outer.setpassword(password.encode())
        with zipfile.ZipFile(io.BytesIO(outer.read("data.zip"))) as inner:
            assert inner.read("kunden.csv") == CSV
    assert client.send(f"{place}/file", status=410)
    assert "path of the password open" in client.see("hand-over")
    refused = client.send(f"{place}/password", {"path": "email", "to_whom": "Frau Muster", "target": "kanzlei@example.com"}, status=422)
    assert "must not go this way" in refused.content.decode()
    client.send(f"{place}/password", {"path": "phone", "to_whom": "Frau Muster", "target": "030 1234567"}, status=422)
    client.send(f"{place}/password", {"path": "phone", "to_whom": "Frau Muster", "target": "+49 30 1234567"})
    page = client.see(place)
    assert "Frau Muster" in page and "By which path did the password go?" not in page
    assert "path of the password open" not in client.see("hand-over")


def test_it_is_mailed_and_the_password_never_with_it(alpha: TenantDB) -> None:
    some_sender(alpha)
    borne(alpha)
    client = visitor(alpha, "admin")
    place = upload(client)
    found = PASSWORD.search(client.send(f"{place}/encrypt", status=200).content.decode())
    assert found
    refused = client.send(f"{place}/mail", {"text": f"Kennwort: {found[1]}"}, status=422)
    assert "holds the password" in refused.content.decode() and alpha.objects(Outgoing).count() == 0
    client.send(f"{place}/mail", {"text": "Bis Freitag, bitte."})
    assert alpha.objects(Outgoing).get().to == "kanzlei@example.com" and "waits to be sent" in client.see(place)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_whoever_may_not_hand_over_sees_and_does_nothing(alpha: TenantDB, role: str) -> None:
    borne(alpha)
    upload(visitor(alpha, "admin"))
    client = visitor(alpha, role)
    assert "Hand over data" not in client.see()
    for path in ("hand-over", "hand-over/new", "hand-over/1", "hand-over/deviations", "hand-over/unscanned"):
        client.see(path, status=403)
    for path in (
        "hand-over/new",
        "hand-over/1/encrypt",
        "hand-over/1/file",
        "hand-over/1/mail",
        "hand-over/1/password",
        "hand-over/1/scan",
    ):
        client.send(path, FACTS, status=403)
    assert alpha.objects(HandOver).count() == 1 and hand_over(alpha, 1, now=clock.now()).encryption is None


def test_a_hand_over_of_another_tenant_does_not_exist(alpha: TenantDB, beta: TenantDB) -> None:
    borne(alpha)
    upload(visitor(alpha, "admin"))
    stranger = Visitor(colleague(beta, "admin", "somebody@staff.example"), beta)
    stranger.see("hand-over/1", status=404)
    stranger.send("hand-over/1/encrypt", status=404)
    stranger.start = "/t/alpha/"
    stranger.see("hand-over/1", status=404)
    assert hand_over(alpha, 1, now=clock.now()).encryption is None


def test_only_whoever_encrypted_it_takes_it(alpha: TenantDB) -> None:
    borne(alpha)
    place = upload(visitor(alpha, "admin"))
    visitor(alpha, "admin").send(f"{place}/encrypt", status=200)
    other = visitor(alpha, "operator")
    assert "Only the person who encrypted it may take it." in other.see(place)
    other.send(f"{place}/file", status=403)
    assert hand_over(alpha, 1, now=clock.now()).state == rules.WAITING


def test_an_expired_file_says_so(alpha: TenantDB) -> None:
    yesterday = clock.now() - timedelta(days=1, minutes=1)
    exceptions.accept_unscanned(alpha, reason="Kein Scanner", until=clock.now().date(), actor=WHO, now=yesterday)
    flow.prepare(alpha, ORDER, flow.upload_content("kunden.csv", CSV), actor=WHO, now=yesterday)
    client = visitor(alpha, "admin")
    assert "destroyed after 24 hours" in client.see("hand-over/1")
    gone = client.send("hand-over/1/encrypt", status=410)
    assert "destroyed after 24 hours" in gone.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("brief.docm", b"PK", "This file holds macros"), ("a.zip", b"PK\x03\x04 broken", "cannot be handed over"), ("leer.csv", b"", "")],
)
def test_what_is_refused_says_why_at_its_field_and_keeps_what_was_typed(alpha: TenantDB, name: str, data: bytes, words: str) -> None:
    page = upload(visitor(alpha, "admin"), data, name, status=422)
    assert words in page and "Steuerkanzlei Muster" in page and "invalid-feedback" in page
    assert alpha.objects(HandOver).count() == 0


def test_a_receiver_that_would_run_in_a_spreadsheet_is_refused(alpha: TenantDB) -> None:
    page = upload(visitor(alpha, "admin"), status=422, receiver="=HYPERLINK(1)")
    assert "not begin with" in page and alpha.objects(HandOver).count() == 0


def test_a_held_upload_says_what_to_do_and_the_risk_is_borne_on_a_page(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    place = upload(client)
    assert "The file is held" in client.see(place)
    assert "signatures of the last 24 hours" in client.send(f"{place}/encrypt", status=409).content.decode()
    client.send(f"{place}/scan", status=409)
    client.send("hand-over/unscanned", {"reason": "Kein Scanner", "until": "2020-01-01"}, status=422)
    client.send("hand-over/unscanned", {"reason": "Kein Scanner", "until": (clock.now().date() + timedelta(days=3)).isoformat()})
    assert "Kein Scanner" in client.see("hand-over/unscanned")
    client.send(f"{place}/scan")
    assert "Encrypt and show the password" in client.see(place)
    client.send("hand-over/unscanned", {"end": "1"})
    assert "Bear the risk" in client.see("hand-over/unscanned")


def test_a_deviation_is_recorded_with_its_risk_and_lets_one_file_go_in_clear(alpha: TenantDB) -> None:
    borne(alpha)
    client = visitor(alpha, "admin")
    assert 'value="plain"' not in client.see("hand-over/new") and "first record" in client.see("hand-over/deviations")
    instruction = NewInstruction(kind=TRANSFER, document=b"Bitte so.", given_by="Eva Muster")
    number = record(alpha, instruction, folder=home().tenant("alpha"), actor=WHO, now=clock.now())
    said = {"weakness": "unencrypted", "instruction": str(number), "until": (clock.now().date() + timedelta(days=3)).isoformat()}
    page = client.send("hand-over/deviations", said, status=422).content.decode()
    assert "72 hours" in page and exceptions.deviations(alpha, now=clock.now()) == []
    client.send("hand-over/deviations", {**said, "risk_accepted": "on"})
    assert "holds" in client.see("hand-over/deviations") and 'value="plain"' in client.see("hand-over/new")
    place = upload(client, format="plain")
    client.send(f"{place}/encrypt")
    assert client.send(f"{place}/file", status=200).content == CSV


def test_the_pages_speak_german(alpha: TenantDB) -> None:
    borne(alpha)
    client = visitor(alpha, "admin", "de")
    place = upload(client)
    assert "Als Nächstes: verschlüsseln" in client.see(place) and "Daten übergeben" in client.see("hand-over")
    assert "Es wird nur jetzt gezeigt" in client.send(f"{place}/encrypt", status=200).content.decode()

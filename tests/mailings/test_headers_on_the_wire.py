"""What strangers, files and writers put into fields, followed to the relay: the headers of each message stay those that we wrote."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.test import Client

from siegelpost.audience.services import ensure_standard_fields
from siegelpost.delivery.models import Outgoing
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.delivery.smtp_server import Taken, serving
from tests.delivery.support import sending, until
from tests.mailings.making import NOON, some_sender
from tests.public.world import fill_in, make_world
from tests.templates import Template

pytestmark = pytest.mark.wire

MAILING = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID"),
    *("X-CSA-Complaints", "Precedence", "Reply-To", "MIME-Version", "Content-Type", "DKIM-Signature"),
}
SYSTEM = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-CSA-Complaints"),
    *("MIME-Version", "Content-Type", "DKIM-Signature"),
}
BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029", "\u202e", "\t"]
NAMES = [f"Ann{bad}Bcc: evil@example.net{bad}{bad}." for bad in BREAKS]
NAMES += ["=?utf-8?q?=0d=0aBcc=3a_evil=40example.net?=", "x" * 1_000, "ä" * 1_000]
LIST = 'Brief" <evil@example.net>, x: (=?utf-8?q?Bcc?='
SENDER = '"Gross\\", \\"& Co: (x), neu" <news@example.org>'
BCC = "{{ '%0d%0aBcc: evil@example.net' | url_decode }}"
SUBJECT = "{{ first_name }}" + BCC + "{% if last_name %} {{ last_name | append: first_name }}{% endif %}"


def heads_are_ours(taken: Taken, names: set[str]) -> dict[str, str]:
    """Each header once, each line of them plain text; returns them as people read them."""
    head = taken.message.partition(b"\r\n\r\n")[0]
    lines = re.split(rb"\r\n(?![ \t])", head)
    assert sorted(line.partition(b":")[0].decode() for line in lines) == sorted(names)
    assert all(re.fullmatch(rb"[\x20-\x7e]{1,998}", line.replace(b"\t", b" ")) for line in head.split(b"\r\n"))
    message = message_from_bytes(taken.message, policy=default)
    assert message["To"] == taken.recipient
    assert not message.defects
    return {name: str(value) for name, value in message.items()}


@pytest.fixture
def typed(alpha: TenantDB, _two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    ensure_standard_fields(alpha, NOON)
    return Typed(_two_tenants, capsys)


def test_no_field_of_a_mailing_makes_a_header(alpha: TenantDB, typed: Typed, tmp_path: Path) -> None:
    rows = "".join(f'p{number}@example.org;"{name}";"{name}"\n' for number, name in enumerate(NAMES))
    (tmp_path / "people.csv").write_bytes(f"E-Mail;Vorname;Nachname\n{rows}".encode())
    (tmp_path / "may.txt").write_text("Hi {{ first_name }}\n{{ unsubscribe_url }}\n{{ imprint }}\n", encoding="utf-8")
    written = ("--file", tmp_path / "may.txt", "--subject", SUBJECT, "--sender", SENDER, "--list", LIST)
    for words in (
        ("list", "create", "alpha", LIST),
        ("sender", "add", "alpha", SENDER, "--unverified-ok"),
        ("import", "alpha", tmp_path / "people.csv", "--list", LIST, "--ground", "consent", "--source", "fair"),
        ("mailing", "create", "alpha", *written, "--reply-to", "A, b <a@example.org>"),
        ("mailing", "send", "alpha", "1"),
    ):
        exit_code, said = typed(*words)
        assert exit_code == 0, said
    assert said["audience"] == len(NAMES)

    with serving() as server, sending(alpha, port=server.port):
        until(lambda: len(server.accepted) == len(NAMES), 15, "everybody has it")

    for taken in server.accepted:
        found = heads_are_ours(taken, MAILING)
        assert found["From"] == '"Gross\\", \\"& Co: (x), neu" <news@example.org>'
        assert found["Reply-To"] == "a@example.org"
        assert re.fullmatch(r'"[A-Za-z0-9 _-]+" <list-\d+\.alpha\.example\.org>', found["List-Id"])
        assert re.fullmatch(r"1:standard:alpha:[a-z0-9]+", found["Feedback-ID"])
        assert found["X-CSA-Complaints"] == "abuse@localhost"
        assert " Bcc: evil@example.net" in found["Subject"]  # it came as far as the subject, as words


@pytest.mark.usefixtures("public_site")
def test_no_field_of_a_sign_up_makes_a_header(alpha: TenantDB, beta: TenantDB) -> None:
    some_sender(alpha)
    make_world(alpha)
    odd = {"accept-language": "en, \x0b", "host": "localhost", "x-forwarded-host": "evil.example", "referer": "http://evil.example/"}
    for number, name in enumerate(NAMES[:-2]):
        client = Client(enforce_csrf_checks=True, headers=odd, REMOTE_ADDR=f"10.{number}.0.1")  # many from one network take a slower step
        answer = fill_in(client, email=f"{name} <zoe{number}@example.com>", **{"field-first_name": name, "field-last_name": name})
        assert answer.status_code == 200
    wanted = len(NAMES) - 2
    assert alpha.objects(Outgoing).count() == wanted

    with serving() as server, sending(alpha, port=server.port):
        until(lambda: len(server.accepted) == wanted, 15, "everybody was asked")

    for taken in server.accepted:
        found = heads_are_ours(taken, SYSTEM)
        assert found["Subject"] == "Please confirm your sign-up: Alpha GmbH"
        assert b"evil" not in taken.message
    assert {taken.recipient for taken in server.accepted} == {f"zoe{number}@example.com" for number in range(wanted)}

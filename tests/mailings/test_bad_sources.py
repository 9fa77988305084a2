"""Mailings that cannot be made into messages: each command says so in our form, and nothing is launched, queued or changed."""

import time
from pathlib import Path

import pytest

from siegelpost.audience.services import add_member, create_list, ensure_standard_fields, put_subscriber
from siegelpost.consent.grants import Proof, grant
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.delivery.smtp_server import serving
from tests.delivery.support import counts, sending, until
from tests.mailings.making import NOON, WHO, some_sender
from tests.templates import Template

DUTIES = "{{ unsubscribe_url }} {{ imprint }}"
LOOP = "{% for i in (1..999999999) %}x{% endfor %}"
GROWS = "{% assign s = 'xxxxxxxxxx' %}" + "{% assign s = s | append: s %}" * 40 + "{{ s }}"
NESTED = "{% for i in (1..900) %}" * 5 + "x" + "{% endfor %}" * 5


def mjml(inside: str) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>{inside}<mj-text>{DUTIES}</mj-text></mj-column></mj-section></mj-body></mjml>"


SOURCES = {
    "a loop without end": ("md", LOOP, "render.liquid_failed"),
    "a loop without end in HTML": ("html", f"<p>{LOOP}</p>", "render.liquid_failed"),
    "a loop without end in MJML": ("mjml", mjml(f"<mj-text>{LOOP}</mj-text>"), "render.liquid_failed"),
    "loops in loops": ("txt", NESTED, "render.liquid_failed"),
    "a text that grows without end": ("txt", GROWS, "render.liquid_failed"),
    "a loop that is never closed": ("txt", "{% for i in (1..3) %}x", "render.liquid_broken"),
    "MJML that does not parse": ("mjml", "<mjml><mj-body>", "render.mjml_broken"),
    "MJML that is none": ("mjml", "Hello", "render.mjml_broken"),
    "MJML with a tag that is never closed": ("mjml", mjml("<mj-text><b>x</mj-text>"), "render.mjml_broken"),
    "MJML with an end too many": ("mjml", mjml("<mj-text>x</mj-text></mj-text>"), "render.mjml_broken"),
    "an unknown tag": ("mjml", mjml("<mj-foo>x</mj-foo>"), "render.mjml_unknown_tag"),
    "HTML where MJML wants its own": ("mjml", mjml("<p>x</p>"), "render.mjml_unknown_tag"),
    "another file": ("mjml", mjml('<mj-include path="/etc/passwd" />'), "render.mjml_include"),
}


@pytest.fixture
def typed(alpha: TenantDB, beta: TenantDB, _two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Everything that a mailing needs, and somebody who would get it."""
    some_sender(alpha)
    ensure_standard_fields(alpha, NOON)
    letter = create_list(alpha, "Letter", actor=WHO, now=NOON)
    with alpha.atomic():
        ann = put_subscriber(alpha, "ann@example.net", {"first_name": "Ann"}, NOON, WHO)
        add_member(alpha, ann, letter, NOON)
        grant(alpha, subscriber_id=ann, list_id=letter, proof=Proof(ground="import", source="test"), at=NOON, actor=WHO)
    return Typed(_two_tenants, capsys)


def draft(folder: Path, content: str | bytes, ending: str = "md", subject: str = "May") -> tuple[str | Path, ...]:
    path = folder / f"may.{ending}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    options = ("--file", path, "--subject", subject, "--sender", "News <news@example.org>", "--list", "Letter")
    return ("mailing", "create", "alpha", *options)


def cannot_go_out(typed: Typed, number: str, code: str) -> None:
    """Check, test and send refuse it, soon, and leave the draft as it is."""
    began, before = time.perf_counter(), typed.rows()
    exit_code, found = typed("mailing", "check", "alpha", number)
    assert (exit_code, found["sendable"]) == (3, False)
    assert code in {finding["code"] for finding in found["findings"] if finding["level"] == "block"}
    assert typed.rows() == before
    assert typed.refused("mailing", "send", "alpha", number) == (3, "mailing.check_failed")
    assert typed.refused("mailing", "send", "alpha", number, "--wait") == (3, "mailing.check_failed")
    assert typed.refused("mailing", "test", "alpha", number, "bo@example.net") == (4, code)
    _exit_code, status = typed("mailing", "status", "alpha", number)
    assert (status["state"], status["audience"], status["due"]) == ("draft", 0, 0)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.slow
@pytest.mark.sqlite  # no engine renders
def test_a_source_that_cannot_be_rendered_goes_out_to_nobody(typed: Typed, tmp_path: Path, name: str) -> None:
    ending, source, code = SOURCES[name]
    exit_code, made = typed(*draft(tmp_path, source if ending == "mjml" else f"{source}\n{DUTIES}", ending))
    assert exit_code == 0
    cannot_go_out(typed, str(made["id"]), code)


@pytest.mark.parametrize(("subject", "code"), [(LOOP, "render.liquid_failed"), ("{% if a %}", "render.liquid_broken")])
@pytest.mark.slow
def test_a_subject_that_cannot_be_rendered_goes_out_to_nobody(typed: Typed, tmp_path: Path, subject: str, code: str) -> None:
    exit_code, made = typed(*draft(tmp_path, DUTIES, subject=subject))
    assert exit_code == 0
    cannot_go_out(typed, str(made["id"]), code)


FILES = {
    "nothing": (b"", "md", "mailing.source_empty"),
    "blanks": (b" \n\t", "txt", "mailing.source_empty"),
    "a mark and nothing": (b"\xef\xbb\xbf", "mjml", "mailing.source_empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "html", "mailing.source_not_text"),
    "UTF-16": ("<p>Grüße</p>".encode("utf-16"), "html", "mailing.source_not_text"),
    "UTF-16 without a mark": ("<p>Hello</p>".encode("utf-16-le"), "html", "mailing.source_not_text"),
    "an old code page": ("Grüße".encode("cp1252"), "md", "mailing.source_not_text"),
    "an escape sequence": (b"Hello \x1b[31m", "txt", "mailing.source_not_text"),
    "a million characters and one": (b"x" * 1_000_001, "md", "mailing.source_too_large"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_text_becomes_no_draft(typed: Typed, tmp_path: Path, name: str) -> None:
    content, ending, code = FILES[name]
    assert typed.refused(*draft(tmp_path, content, ending)) == (4, code)


@pytest.mark.wire
def test_a_loop_as_long_as_one_persons_field_says_keeps_the_mail_from_that_person_alone(
    typed: Typed, alpha: TenantDB, tmp_path: Path
) -> None:
    (tmp_path / "more.csv").write_text("E-Mail;Nachname\nbo@example.net;999999999\neve@example.net;3\n", encoding="utf-8")
    typed("import", "alpha", tmp_path / "more.csv", "--list", "Letter", "--ground", "consent", "--source", "fair")
    exit_code, made = typed(*draft(tmp_path, f"{{% for i in (1..last_name) %}}x{{% endfor %}} {DUTIES}", "txt"))
    assert exit_code == 0
    number = str(made["id"])
    assert typed("mailing", "send", "alpha", number)[0] == 0
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: counts(alpha, made["id"]) == {"audience": 3, "sent": 2, "blocked": 1}, 15, "two have it, one is held back")
    assert server.recipients() == {"ann@example.net": 1, "eve@example.net": 1}
    typed("mailing", "recipients", "alpha", number, "--csv", tmp_path / "who.csv", "--state", "blocked")
    assert "bo@example.net,blocked,render.liquid" in (tmp_path / "who.csv").read_text(encoding="utf-8")
